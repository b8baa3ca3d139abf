import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import type { Dashboard } from "@/lib/api/types";
import { formatDate, locale } from "@/lib/locale";
import { absolute, formatAmount, isNegative, isZero } from "@/lib/money";
import type { Place } from "@/lib/sources";
import { urls } from "@/lib/urls";

import classes from "./HomePage.module.css";
import { agingPlace, cashPlace } from "./places";

interface Figure {
  name: string;
  amount: string;
  note: string;
  place: Place;
}

/** The figures people look for first; each leads to what it is made of. */
export function KeyFigures({ dashboard: { cash, receivables, payables, profit_and_loss, tax } }: { dashboard: Dashboard }) {
  const { t } = useTranslation("dashboard");
  const inWords = (amount: string) => formatAmount(amount, locale);
  const late = ({ overdue }: Dashboard["receivables"]) => (isZero(overdue.total) ? t("owed.nothingOverdue") : t("owed.overdue", { amount: inWords(overdue.total) }));
  const { fiscal_year: year, fiscal_year_before: before } = profit_and_loss;
  const figures: Figure[] = [
    { name: t("cash.balance"), amount: cash.balance, note: cash.accounts.length === 1 ? (cash.accounts[0]?.account.name ?? "") : "", place: cashPlace() },
    { name: t("receivables.owed"), amount: receivables.total, note: late(receivables), place: agingPlace("receivables") },
    { name: t("payables.owed"), amount: payables.total, note: late(payables), place: agingPlace("payables") },
    {
      name: t("result.fiscalYear"),
      amount: year.net,
      note: isZero(before.net) ? "" : t("result.before", { amount: inWords(before.net) }),
      place: { to: urls.report, params: { report: "profit-and-loss" }, search: isZero(before.net) ? {} : { compare: "previous_year" } },
    },
    {
      name: isNegative(tax.owed) ? t("tax.credit") : t("tax.owed"),
      amount: absolute(tax.owed),
      note: t("tax.since", { date: formatDate(tax.date_from) }),
      place: { to: urls.report, params: { report: "tax-summary" }, search: { date_from: tax.date_from, date_to: tax.date_to, ...(tax.basis === "cash" && { basis: "cash" }) } },
    },
  ];
  return (
    <div className={classes.figures}>
      {figures.map(({ name, amount, note, place }) => (
        <Link key={name} {...place} className={classes.figure}>
          <span className={classes.name}>{name}</span>
          <span className={classes.amount}>
            <Amount value={amount} />
          </span>
          <span className={classes.note}>{note}</span>
        </Link>
      ))}
    </div>
  );
}
