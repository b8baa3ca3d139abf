import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { TextLink } from "@/components/links";
import table from "@/components/table.module.css";
import type { JournalEntry } from "@/lib/api/types";
import { sum } from "@/lib/money";
import { useDecimals } from "@/lib/organization";
import { urls } from "@/lib/urls";

type Lines = readonly Pick<JournalEntry["lines"][number], "account" | "description" | "debit" | "credit">[];

export function JournalLines({ lines }: { lines: Lines }) {
  const { t } = useTranslation();
  const decimals = useDecimals();
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
