import { useTranslation } from "react-i18next";

import { Chart } from "@/components/charts/Chart";
import { TextLink } from "@/components/links";
import type { Dashboard } from "@/lib/api/types";
import { formatMonth } from "@/lib/locale";
import { urls } from "@/lib/urls";

import classes from "./HomePage.module.css";
import { Panel } from "./Panel";
import { resultPlace } from "./places";

/** Profit and loss of the last twelve months. */
export function ResultPanel({ result: { months } }: { result: Dashboard["profit_and_loss"] }) {
  const { t } = useTranslation("dashboard");
  const first = months[0]?.first_day;
  const last = months[months.length - 1]?.last_day;
  return (
    <Panel
      title={t("result.chart")}
      actions={
        first &&
        last && (
          <TextLink to={urls.report} params={{ report: "profit-and-loss" }} search={{ columns: "month", date_from: first, date_to: last }} size="sm">
            {t("result.report")}
          </TextLink>
        )
      }
    >
      <div className={classes.body}>
        <Chart
          title={t("result.chart")}
          over={t("result.month")}
          labels={months.map(({ first_day }) => formatMonth(first_day))}
          places={months.map(({ first_day, last_day }) => resultPlace(first_day, last_day))}
          series={[
            { name: t("result.income"), tone: "main", values: months.map(({ income }) => income) },
            { name: t("result.expenses"), tone: "second", values: months.map(({ expenses }) => expenses) },
            { name: t("result.net"), tone: "third", form: "line", values: months.map(({ net }) => net) },
          ]}
        />
      </div>
    </Panel>
  );
}
