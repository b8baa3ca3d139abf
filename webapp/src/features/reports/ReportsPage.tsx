import { Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

import { Loaded } from "@/components/Loaded";
import { Page, Sheet } from "@/components/Page";
import { reportsQuery } from "@/lib/api/reports";
import { said } from "@/lib/i18n/said";
import { urls } from "@/lib/urls";

import classes from "./ReportsPage.module.css";

/** By what people want to know. A report that is in none of the groups comes under the last one. */
const GROUPS = [
  { name: "statements", reports: ["profit-and-loss", "balance-sheet", "cash-flow", "changes-in-equity"] },
  { name: "customers", reports: ["receivable-aging", "open-receivables", "customer-balances", "customer-statement", "sales-by-customer", "sales-by-item", "sales-by-salesperson", "unbilled-expenses"] },
  { name: "vendors", reports: ["payable-aging", "open-payables", "vendor-balances", "vendor-statement", "purchases-by-vendor", "purchases-by-item"] },
  { name: "taxes", reports: ["tax-summary", "tax-detail"] },
  { name: "books", reports: ["trial-balance", "general-ledger", "journal", "realized-exchange-differences", "unrealized-exchange-differences", "cash-basis-lines"] },
] as const;

type About = (typeof GROUPS)[number]["reports"][number];

/** In a sentence for those who look for a report; of one that the app does not know, what the server says. */
const aboutOf = (t: TFunction<"reports">, name: string, description: string) => t(`about.${name as About}`, { defaultValue: said(description) });

export function ReportsPage() {
  const { t } = useTranslation("reports");
  const reports = useQuery(reportsQuery);
  return (
    <Page title={t("navigation.reports", { ns: "common" })}>
      <Loaded query={reports} lines={14}>
        {(known) => {
          const grouped: readonly string[] = GROUPS.flatMap((group) => group.reports as readonly string[]);
          const others = known.filter(({ name }) => !grouped.includes(name)).map(({ name }) => name);
          return (
            <div className={classes.groups}>
              {GROUPS.map(({ name: group, reports: names }) => {
                const all: readonly string[] = group === "books" ? [...names, ...others] : names;
                return (
                  <div key={group} className={classes.group}>
                  <Sheet>
                    <section aria-labelledby={`reports-${group}`}>
                      <Title order={2} id={`reports-${group}`} className={classes.heading}>
                        {t(`group.${group}`)}
                      </Title>
                      <ul className={classes.list}>
                        {all.flatMap((name) => known.filter((report) => report.name === name)).map(({ name, title, description }) => (
                          <li key={name}>
                            <Link to={urls.report} params={{ report: name }} className={classes.report}>
                              <span className={classes.name}>{said(title)}</span>
                              <span className={classes.text}>{aboutOf(t, name, description)}</span>
                            </Link>
                          </li>
                        ))}
                      </ul>
                    </section>
                  </Sheet>
                  </div>
                );
              })}
            </div>
          );
        }}
      </Loaded>
    </Page>
  );
}
