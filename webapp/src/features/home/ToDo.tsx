import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Dashboard } from "@/lib/api/types";
import { formatDate, locale } from "@/lib/locale";
import { formatAmount } from "@/lib/money";
import type { Place } from "@/lib/sources";
import { urls } from "@/lib/urls";

import classes from "./HomePage.module.css";
import { Panel } from "./Panel";
import { taskPlace } from "./places";

interface Item {
  key: string;
  text: string;
  place: Place | undefined;
}

/** What waits for somebody, each with the way there. */
export function ToDo({ tasks, tax }: Pick<Dashboard, "tax"> & { tasks: Dashboard["to_do"] }) {
  const { t } = useTranslation("dashboard");
  const ofReturn = ({ id, last_day, owed }: Dashboard["tax"]["unpaid"][number], text: "tax.due" | "tax.unpaid"): Item => ({
    key: `${text} ${id}`,
    text: t(text, { date: formatDate(last_day), amount: formatAmount(owed, locale) }),
    place: { to: urls.taxReturn, params: { returnId: id } },
  });
  const items: Item[] = [
    ...(tax.due ? [ofReturn(tax.due, "tax.due")] : []),
    ...tax.unpaid.map((each) => ofReturn(each, "tax.unpaid")),
    // A return that is told of above is not told of twice.
    ...tasks
      .filter(({ what, count }) => what !== "tax_return" || !tax.due || count > 1)
      .map(({ what, kind, count }) => ({
        key: `${what} ${kind ?? ""}`,
        text: kind ? t(`toDo.${what as "draft"}.${kind as "invoice"}`, { count }) : t(`toDo.${what as "tax_return"}`, { count }),
        place: taskPlace(what, kind),
      })),
  ];
  return (
    <Panel title={t("toDo.title")}>
      {items.length ? (
        <ul className={classes.list}>
          {items.map(({ key, text, place }) => (
            <li key={key}>
              {place ? (
                <Link {...place} className={classes.task}>
                  <span>{text}</span>
                  <ChevronRight size={15} aria-hidden className={classes.arrow} />
                </Link>
              ) : (
                <span className={classes.task}>{text}</span>
              )}
            </li>
          ))}
        </ul>
      ) : (
        <div className={classes.quietText}>{t("toDo.none")}</div>
      )}
    </Panel>
  );
}
