import { Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { sizeOf } from "@/components/charts/scale";
import { TextLink } from "@/components/links";
import table from "@/components/table.module.css";
import type { Dashboard } from "@/lib/api/types";
import { formatDate, locale } from "@/lib/locale";
import { formatAmount, isZero } from "@/lib/money";
import { useOrganization } from "@/lib/organization";
import { placeOf } from "@/lib/sources";

import classes from "./HomePage.module.css";
import { Panel } from "./Panel";
import { agingPlace, overduePlace, type Side } from "./places";

type Owed = Dashboard["receivables"];

/** What is open by how late it is. */
export function AgesPanel({ side, owed }: { side: Side; owed: Owed }) {
  const { t } = useTranslation("dashboard");
  const most = Math.max(...owed.ages.map(({ amount }) => sizeOf(amount)), 0);
  return (
    <Panel title={t(`${side}.ages`)}>
      <table className={classes.ages} aria-label={t(`${side}.ages`)}>
        <thead className={classes.unseen}>
          <tr>
            <th scope="col">{t("owed.age")}</th>
            <th scope="col">{t("owed.amount")}</th>
          </tr>
        </thead>
        <tbody>
          {owed.ages.map((age) => (
            <tr key={age.days_to ?? "over"}>
              <th scope="row">
                <AgeName age={age} />
                <span className={classes.bar} data-late={age.days_from === null ? undefined : true} aria-hidden>
                  {most > 0 && !isZero(age.amount) && <span style={{ width: `${Math.max(0, (sizeOf(age.amount) / most) * 100)}%` }} />}
                </span>
              </th>
              <td>
                <TextLink {...agingPlace(side)} inherit c="inherit">
                  <Amount value={age.amount} />
                </TextLink>
              </td>
            </tr>
          ))}
          {!isZero(owed.credits) && (
            <tr>
              <th scope="row">{t("owed.credits")}</th>
              <td>
                <Amount value={owed.credits} />
              </td>
            </tr>
          )}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t("owed.total")}</th>
            <td>
              <TextLink {...agingPlace(side)} inherit c="inherit">
                <Amount value={owed.total} />
              </TextLink>
            </td>
          </tr>
        </tfoot>
      </table>
      {owed.due_soon.count > 0 && (
        <Text size="xs" c="dimmed" px="md" pb="sm">
          {t("owed.dueSoon", { amount: formatAmount(owed.due_soon.total, locale), count: owed.due_soon.count })}
        </Text>
      )}
    </Panel>
  );
}

function AgeName({ age: { days_from, days_to } }: { age: Owed["ages"][number] }) {
  const { t } = useTranslation("dashboard");
  if (days_from === null) return t("owed.notDue");
  return days_to === null ? t("owed.over", { days: days_from - 1 }) : t("owed.days", { from: days_from, to: days_to });
}

/** Whoever is latest comes first. */
export function OverduePanel({ side, owed: { overdue } }: { side: Side; owed: Owed }) {
  const { t } = useTranslation("dashboard");
  const { base_currency } = useOrganization();
  return (
    <Panel
      title={t(`${side}.overdue`)}
      actions={
        overdue.count > overdue.documents.length && (
          <TextLink {...overduePlace(side)} size="sm">
            {t(`${side}.all`)}
          </TextLink>
        )
      }
    >
      {overdue.documents.length ? (
        <table className={`${table.table} ${table.cards}`} aria-label={t(`${side}.overdue`)}>
          <thead>
            <tr>
              <th scope="col">{t("owed.document")}</th>
              <th scope="col">{t("owed.contact")}</th>
              <th scope="col">{t("owed.due")}</th>
              <th scope="col" className={table.amount}>
                {t("owed.open")}
              </th>
            </tr>
          </thead>
          <tbody>
            {overdue.documents.map(({ kind, id, number, contact, due_date, days, currency, open }) => {
              const place = placeOf(kind, id);
              return (
                <tr key={`${kind} ${id}`} className={table.row}>
                  <td className={table.number}>
                    {place ? (
                      <Link {...place} className={table.rowLink}>
                        {number}
                      </Link>
                    ) : (
                      number
                    )}
                  </td>
                  <td>{contact?.name}</td>
                  <td className={table.number}>
                    {due_date && formatDate(due_date)}
                    <Text size="xs" c="dimmed">
                      {t("owed.late", { count: days })}
                    </Text>
                  </td>
                  <td className={table.amount}>
                    <Amount value={open} /> {currency !== base_currency && <span className={table.quiet}>{currency}</span>}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      ) : (
        <div className={classes.quietText}>{t(`${side}.none`)}</div>
      )}
    </Panel>
  );
}
