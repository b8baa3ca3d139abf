import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { LoadedPage } from "@/components/LoadedPage";
import { Page } from "@/components/Page";
import { dashboardQuery } from "@/lib/api/dashboard";
import type { Dashboard } from "@/lib/api/types";
import { formatDate } from "@/lib/locale";
import { isZero } from "@/lib/money";
import { useAbilities } from "@/lib/organization";
import { useSession } from "@/lib/session";

import { CashPanel } from "./CashPanel";
import { FirstRun } from "./FirstRun";
import classes from "./HomePage.module.css";
import { KeyFigures } from "./KeyFigures";
import { AgesPanel, OverduePanel } from "./OwedPanels";
import { ResultPanel } from "./ResultPanel";
import { ToDo } from "./ToDo";

/** How the business stands today, and what waits to be done. */
export function HomePage() {
  const { t } = useTranslation("dashboard");
  const may = useAbilities()("reports.view");
  const dashboard = useQuery({ ...dashboardQuery, enabled: may });
  const title = useWelcome();
  if (!may) {
    return (
      <Page title={title}>
        <Text>{t("none")}</Text>
      </Page>
    );
  }
  return (
    <LoadedPage query={dashboard} title={title}>
      {(known) => <Known dashboard={known} title={title} />}
    </LoadedPage>
  );
}

function useWelcome(): string {
  const { t } = useTranslation("dashboard");
  const now = useSession();
  const name = "user" in now ? now.user.full_name.split(" ")[0] : "";
  return name ? t("home.welcome", { ns: "common", name }) : t("title");
}

function Known({ dashboard, title }: { dashboard: Dashboard; title: string }) {
  const { t } = useTranslation("dashboard");
  const hasFigures = dashboard.first_run.documents || dashboard.first_run.journals || !isZero(dashboard.cash.balance) || dashboard.profit_and_loss.months.some(({ income, expenses }) => !isZero(income) || !isZero(expenses));
  return (
    <Page wide title={title} subtitle={t("asOf", { date: formatDate(dashboard.date), currency: dashboard.currency })}>
      <FirstRun steps={dashboard.first_run} />
      <KeyFigures dashboard={dashboard} />
      <div className={classes.columns}>
        <div className={classes.main}>
          {hasFigures && <ResultPanel result={dashboard.profit_and_loss} />}
          {hasFigures && <CashPanel cash={dashboard.cash} />}
        </div>
        <div className={classes.side}>
          <ToDo tasks={dashboard.to_do} tax={dashboard.tax} />
          <AgesPanel side="receivables" owed={dashboard.receivables} />
          <AgesPanel side="payables" owed={dashboard.payables} />
        </div>
      </div>
      {hasFigures && (
        <div className={classes.halves}>
          <OverduePanel side="receivables" owed={dashboard.receivables} />
          <OverduePanel side="payables" owed={dashboard.payables} />
        </div>
      )}
    </Page>
  );
}
