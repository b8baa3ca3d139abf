import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { TextLink } from "@/components/links";
import table from "@/components/table.module.css";
import { contactNameQuery } from "@/lib/api/contacts";
import type { JournalEntry } from "@/lib/api/types";
import { currencyDecimals } from "@/lib/currencies";
import { sum } from "@/lib/money";
import { useDecimals } from "@/lib/organization";
import { urls } from "@/lib/urls";

type Lines = readonly Pick<JournalEntry["lines"][number], "account" | "contact_id" | "description" | "debit" | "credit">[];

interface Props {
  lines: Lines;
  /** What the amounts are in; without it in the currency of the books. */
  currency?: string;
}

export function JournalLines({ lines, currency }: Props) {
  const { t } = useTranslation();
  const baseDecimals = useDecimals();
  const decimals = currency ? currencyDecimals(currency) : baseDecimals;
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{t("journals.account")}</th>
            <th scope="col" className={table.amount}>
              {t("journals.debit")}
            </th>
            <th scope="col" className={table.amount}>
              {t("journals.credit")}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, index) => (
            <tr key={index}>
              <td>
                <TextLink to={urls.account} params={{ accountId: line.account.id }} c="inherit" inherit>
                  <span className={table.quiet}>{line.account.code}</span> {line.account.name}
                </TextLink>
                {line.contact_id && <ContactName id={line.contact_id} />}
                {line.description && <div className={table.quiet}>{line.description}</div>}
              </td>
              <td className={table.amount}>
                <Amount value={line.debit} blankZero />
              </td>
              <td className={table.amount}>
                <Amount value={line.credit} blankZero />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td>{t("journals.total")}</td>
            <td className={table.amount}>
              <Amount value={sum(lines.map(({ debit }) => debit), decimals)} />
            </td>
            <td className={table.amount}>
              <Amount value={sum(lines.map(({ credit }) => credit), decimals)} />
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

/** Whose debt a line is. */
function ContactName({ id }: { id: string }) {
  const name = useQuery(contactNameQuery(id)).data;
  return <div>{name ?? "…"}</div>;
}
