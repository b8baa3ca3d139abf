import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { contactNameQuery } from "@/lib/api/contacts";
import type { JournalEntry } from "@/lib/api/types";
import { currencyDecimals } from "@/lib/currencies";
import { sum } from "@/lib/money";
import { useDecimals } from "@/lib/organization";
import { urls } from "@/lib/urls";

import { Amount } from "./Amount";
import { TextLink } from "./links";
import table from "./table.module.css";

export type EntryLine = Pick<JournalEntry["lines"][number], "account" | "description" | "debit" | "credit"> & { contact_id?: string | null };

interface Props {
  lines: readonly EntryLine[];
  /** What the amounts are in; without it in the currency of the books. */
  currency?: string | undefined;
  /** Accounts lead to their pages, and lines say whose debt they are: where the entry is what the page is about. */
  isMain?: boolean;
  hasTotal?: boolean;
  /** The description follows the account instead of standing below it. */
  isDense?: boolean;
  label?: string;
  caption?: ReactNode;
}

/** Debits and credits: the one table of an entry's lines, posted or to be posted. */
export function EntryLines({ lines, currency, isMain = false, hasTotal = true, isDense = false, label, caption }: Props) {
  const { t } = useTranslation();
  return (
    <table className={table.table} aria-label={label}>
      {caption}
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
              {isMain ? (
                <TextLink to={urls.account} params={{ accountId: line.account.id }} c="inherit" inherit>
                  <AccountName {...line.account} />
                </TextLink>
              ) : (
                <AccountName {...line.account} />
              )}
              {isMain && line.contact_id && <ContactName id={line.contact_id} />}
              {line.description && (isDense ? <span className={table.quiet}> · {line.description}</span> : <div className={table.quiet}>{line.description}</div>)}
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
      {hasTotal && <Total lines={lines} currency={currency} />}
    </table>
  );
}

function AccountName({ code, name }: EntryLine["account"]) {
  return (
    <>
      <span className={table.quiet}>{code}</span> {name}
    </>
  );
}

/** Whose debt a line is. */
function ContactName({ id }: { id: string }) {
  const name = useQuery(contactNameQuery(id)).data;
  return <div>{name ?? "…"}</div>;
}

function Total({ lines, currency }: Pick<Props, "lines" | "currency">) {
  const { t } = useTranslation();
  const baseDecimals = useDecimals();
  const decimals = currency ? currencyDecimals(currency) : baseDecimals;
  return (
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
  );
}
