import { SegmentedControl } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { Chart } from "@/components/charts/Chart";
import type { Dashboard } from "@/lib/api/types";
import { formatDate, formatDayMonth, formatMonth, locale } from "@/lib/locale";
import { formatAmount, isZero } from "@/lib/money";
import { useOrganization } from "@/lib/organization";
import { urls } from "@/lib/urls";

import classes from "./HomePage.module.css";
import { Panel } from "./Panel";
import { cashPlace } from "./places";

type View = "forecast" | "history";

/** Where the cash stood, and where open invoices and bills take it. */
export function CashPanel({ cash }: { cash: Dashboard["cash"] }) {
  const { t } = useTranslation("dashboard");
  const { base_currency } = useOrganization();
  const [view, setView] = useState<View>("forecast");
  const { money_in, money_out } = cash.later;
  return (
    <Panel
      title={t("cash.chart")}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t("cash.view")}
          data={[
            { value: "history", label: t("cash.history") },
            { value: "forecast", label: t("cash.forecast") },
          ]}
          value={view}
          onChange={(next) => setView(next)}
        />
      }
    >
      <div className={classes.body}>{view === "forecast" ? <Forecast weeks={cash.forecast} /> : <History days={cash.history} />}</div>
      {view === "forecast" && (
        <div className={classes.quietText}>
          {t("cash.forecastText")}
          {(!isZero(money_in) || !isZero(money_out)) && ` ${t("cash.later", { moneyIn: formatAmount(money_in, locale), moneyOut: formatAmount(money_out, locale) })}`}
        </div>
      )}
      {cash.accounts.length > 1 && (
        <ul className={classes.list} aria-label={t("cash.accounts")}>
          {cash.accounts.map(({ account, balance, currency, currency_balance }) => (
            <li key={account.id}>
              <Link {...cashPlace(account.id)} className={classes.task}>
                <span>
                  {account.name}
                  {currency !== base_currency && (
                    <span className={classes.note}>
                      {" "}
                      <Amount value={currency_balance} /> {currency}
                    </span>
                  )}
                </span>
                <Amount value={balance} />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Forecast({ weeks }: { weeks: Dashboard["cash"]["forecast"] }) {
  const { t } = useTranslation("dashboard");
  // The first week has everything that is overdue too.
  const due = (from: string | undefined, to: string) => ({ to: urls.documents, params: { kind: "invoices" }, search: { is_open: "true", ...(from && { due_from: from }), due_to: to } }) as const;
  return (
    <Chart
      title={t("cash.chart")}
      over={t("cash.week")}
      labels={weeks.map(({ first_day }) => formatDayMonth(first_day))}
      places={weeks.map(({ first_day, last_day }, index) => due(index ? first_day : undefined, last_day))}
      series={[
        { name: t("cash.moneyIn"), tone: "main", values: weeks.map(({ money_in }) => money_in) },
        { name: t("cash.moneyOut"), tone: "second", values: weeks.map(({ money_out }) => money_out) },
        { name: t("cash.balanceAfter"), tone: "third", form: "line", values: weeks.map(({ balance }) => balance) },
      ]}
    />
  );
}

function History({ days }: { days: Dashboard["cash"]["history"] }) {
  const { t } = useTranslation("dashboard");
  return (
    <Chart
      title={t("cash.chart")}
      over={t("cash.day")}
      labels={days.map(({ date }, index) => (index === days.length - 1 ? formatDate(date) : formatMonth(date)))}
      places={days.map(({ date }) => ({ to: urls.report, params: { report: "balance-sheet" }, search: { date } }))}
      series={[{ name: t("cash.balance"), tone: "main", form: "line", values: days.map(({ balance }) => balance) }]}
    />
  );
}
