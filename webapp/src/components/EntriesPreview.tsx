import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { DryRun } from "@/lib/api/dryRun";
import { formatDate } from "@/lib/locale";
import { sum } from "@/lib/money";
import { useDecimals } from "@/lib/organization";

import { Amount } from "./Amount";
import table from "./table.module.css";

/** The entries that a step is going to post, before it does. */
export function EntriesPreview({ answer }: { answer: DryRun }) {
  const { t } = useTranslation();
  const decimals = useDecimals();
  if (!answer.entries.length) return <Text size="sm">{t("entryPreview.none")}</Text>;
  const hidden = answer.entry_count - answer.entries.length;
  return (
    <Stack gap="sm">
      {answer.entries.map((entry, index) => (
        <div key={index} className={table.scroll} tabIndex={0} role="group" aria-label={t("entryPreview.title", { date: formatDate(entry.date) })}>
          <table className={table.table}>
            <caption style={{ captionSide: "top", textAlign: "start", paddingBlock: 4 }}>
              <Text size="sm" c="dimmed" span>
                {entry.memo ? t("entryPreview.caption", { date: formatDate(entry.date), memo: entry.memo }) : formatDate(entry.date)}
              </Text>
            </caption>
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
              {entry.lines.map((line, place) => (
                <tr key={place}>
                  <td>
                    <span className={table.quiet}>{line.account.code}</span> {line.account.name}
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
                  <Amount value={sum(entry.lines.map(({ debit }) => debit), decimals)} />
                </td>
                <td className={table.amount}>
                  <Amount value={sum(entry.lines.map(({ credit }) => credit), decimals)} />
                </td>
              </tr>
            </tfoot>
          </table>
        </div>
      ))}
      {hidden > 0 && <Text size="sm">{t("entryPreview.more", { count: hidden })}</Text>}
    </Stack>
  );
}
