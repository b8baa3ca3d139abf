import { useTranslation } from "react-i18next";

import { NotAllowedPage } from "@/components/NotAllowedPage";
import { Page } from "@/components/Page";
import { useAbilities } from "@/lib/organization";

import { FiscalYears } from "./FiscalYears";
import { LockDates } from "./LockDates";

/** The end of a month or year: what is locked, and which years are closed. */
export function ClosingPage() {
  const { t } = useTranslation("books");
  const may = useAbilities();
  if (!may("period_locks.view") && !may("fiscal_years.view")) return <NotAllowedPage title={t("closing.title")} />;
  return (
    <Page title={t("closing.title")} subtitle={t("closing.subtitle")}>
      {may("period_locks.view") && <LockDates />}
      {may("fiscal_years.view") && <FiscalYears />}
    </Page>
  );
}
