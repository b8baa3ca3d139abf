import { Button, Checkbox, Group, Modal, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { type DraftLine, emptyLine, isBlank } from "@/components/documents/draft";
import type { UsedDraft } from "@/components/documents/useDraft";
import { Loaded } from "@/components/Loaded";
import table from "@/components/table.module.css";
import { typedNumber } from "@/lib/amounts";
import { unbilledExpensesQuery } from "@/lib/api/documents";
import type { UnbilledExpense } from "@/lib/api/types";
import { useOrganization } from "@/lib/organization";

interface Props {
  use: UsedDraft;
  onClose: () => void;
}

/** What was bought for this customer and is not billed yet: chosen, it becomes lines. */
export function UnbilledPicker({ use, onClose }: Props) {
  const { t } = useTranslation("documents");
  const { base_currency } = useOrganization();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const expenses = useQuery(unbilledExpensesQuery({ customer: use.draft.contact, page_size: 200 }));
  const isThere = (line: string) => use.draft.lines.some(({ source }) => source === line);

  const take = (rows: readonly UnbilledExpense[]) => {
    const blank = use.draft.lines.find(isBlank);
    const lines = rows.filter(({ line }) => chosen.has(line)).map(lineOf);
    use.onStep({ do: "add", lines, ...(blank && { before: blank.key }) });
    onClose();
  };

  return (
    <Modal opened onClose={onClose} title={t("unbilled.pick")} size="lg" closeButtonProps={{ "aria-label": t("action.close") }}>
      <Loaded query={expenses} lines={4}>
        {({ results }) => {
          const offered = results.filter(({ line }) => !isThere(line));
          if (!offered.length) return <Text size="sm">{t("unbilled.none")}</Text>;
          return (
            <Stack>
              <table className={table.table} aria-label={t("unbilled.title")}>
                <tbody>
                  {offered.map((row) => (
                    <tr key={row.line}>
                      <td>
                        <Checkbox
                          label={row.description || row.item?.name}
                          checked={chosen.has(row.line)}
                          onChange={(event) => {
                            const next = new Set(chosen);
                            if (event.currentTarget.checked) next.add(row.line);
                            else next.delete(row.line);
                            setChosen(next);
                          }}
                        />
                      </td>
                      <td className={table.quiet}>{row.document.number}</td>
                      <td className={table.amount}>
                        {row.currency !== base_currency && <small>{row.currency} </small>}
                        <Amount value={row.cost} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
              <Group justify="flex-end" gap="xs">
                <Button variant="default" onClick={onClose}>
                  {t("action.cancel")}
                </Button>
                <Button disabled={!chosen.size} onClick={() => take(offered)}>
                  {t("unbilled.take", { count: chosen.size })}
                </Button>
              </Group>
            </Stack>
          );
        }}
      </Loaded>
    </Modal>
  );
}

/** Its price is left to the server: what one unit cost, in the currency of the invoice. */
const lineOf = (row: UnbilledExpense): DraftLine => ({
  ...emptyLine(),
  description: row.description || (row.item?.name ?? ""),
  quantity: typedNumber(row.quantity),
  unit: row.unit,
  source: row.line,
  project: row.project_id,
});
