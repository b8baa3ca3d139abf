import { Alert, Button, Checkbox, Group, Modal, Stack, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { DateInput } from "@/components/DateInput";
import { ProblemAlert } from "@/components/ProblemAlert";
import table from "@/components/table.module.css";
import { parseNumber, typedNumber } from "@/lib/amounts";
import type { Tagged } from "@/lib/api/client";
import { convertDocument, documentQuery, documentsChanged } from "@/lib/api/documents";
import { toProblem } from "@/lib/api/problem";
import type { Document } from "@/lib/api/types";
import { policyOf } from "@/lib/documentKinds";
import { DOCUMENT_KINDS, type DocumentKind } from "@/lib/kinds";
import { fromMinor, isZero, toMinor } from "@/lib/money";
import { today } from "@/lib/locale";
import { useAbilities, useOrganization } from "@/lib/organization";
import { QUANTITY_DECIMALS } from "@/lib/totals";
import { urls } from "@/lib/urls";

const QUANTITY = { decimals: QUANTITY_DECIMALS, signed: true } as const;

interface Props {
  kind: DocumentKind;
  document: Document & Tagged;
  to: DocumentKind["value"];
  onClose: () => void;
}

/** What of a document becomes another one: all that is left, or chosen lines and quantities. */
export function ConvertDialog({ kind, document, to, onClose }: Props) {
  const { t } = useTranslation("documents");
  const may = useAbilities();
  const { timezone } = useOrganization();
  const client = useQueryClient();
  const navigate = useNavigate();
  const target = DOCUMENT_KINDS.find(({ value }) => value === to) ?? kind;
  const rows = document.lines.map((line) => ({ line, left: fromMinor(toMinor(line.quantity, QUANTITY_DECIMALS) - toMinor(line.made, QUANTITY_DECIMALS), QUANTITY_DECIMALS) })).filter(({ left }) => !isZero(left));
  const [quantities, setQuantities] = useState<Readonly<Record<string, string>>>(() => Object.fromEntries(rows.map(({ line, left }) => [line.id, typedNumber(left)])));
  const [date, setDate] = useState(() => today(timezone));
  const [isFinal, setFinal] = useState(false);

  const chosen = rows.flatMap(({ line }) => {
    const typed = quantities[line.id]?.trim() ?? "";
    const parsed = typed ? parseNumber(typed, QUANTITY) : undefined;
    return parsed?.ok && !isZero(parsed.value) ? [{ line: line.id, quantity: parsed.value }] : [];
  });
  const wrong = (id: string) => {
    const typed = quantities[id]?.trim() ?? "";
    const parsed = typed ? parseNumber(typed, QUANTITY) : undefined;
    return parsed && !parsed.ok ? t(`amountError.${parsed.error === "negative" ? "below_zero" : parsed.error}`, { decimals: QUANTITY_DECIMALS }) : undefined;
  };

  const converting = useMutation({
    mutationFn: () => convertDocument(kind, document.id, { to, lines: chosen, date, issue: isFinal }, document.tag),
    onSuccess: async (made) => {
      client.setQueryData(documentQuery(target, made.id).queryKey, made);
      notifications.show({ color: "ledger", message: t("convertDialog.done", { kind: t(`kind.${target.value}`) }) });
      await navigate(isFinal ? { to: urls.document, params: { kind: target.path, documentId: made.id } } : { to: urls.editDocument, params: { kind: target.path, documentId: made.id } });
      void documentsChanged(client);
    },
  });

  /** "/lines/0/quantity" is about the first line that was sent. */
  const refused = converting.error ? toProblem(converting.error) : null;
  const errorOf = (id: string) => {
    const place = chosen.findIndex(({ line }) => line === id);
    return wrong(id) ?? refused?.errors.find(({ pointer }) => pointer.startsWith(`/lines/${place}/`))?.detail;
  };
  const isPlaced = refused?.errors.length && refused.errors.every(({ pointer }) => pointer.startsWith("/lines/"));

  return (
    <Modal opened onClose={onClose} title={t(`convert.${to as "invoice"}`)} size="lg" closeButtonProps={{ "aria-label": t("action.close") }}>
      {rows.length === 0 ? (
        <Alert variant="light">{t("convertDialog.nothing")}</Alert>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (chosen.length && !converting.isPending) converting.mutate();
          }}
          noValidate
        >
          <Stack>
            <table className={table.table} aria-label={t("editor.lines")}>
              <thead>
                <tr>
                  <th scope="col">{t("line.item")}</th>
                  <th scope="col" className={table.amount}>
                    {t("convertDialog.left")}
                  </th>
                  <th scope="col" className={table.amount}>
                    {t("line.quantity")}
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.map(({ line, left }) => (
                  <tr key={line.id}>
                    <td>{line.description || line.item?.name}</td>
                    <td className={table.amount}>
                      <bdi>{typedNumber(left)}</bdi> {line.unit}
                    </td>
                    <td className={table.amount}>
                      <TextInput
                        size="xs"
                        aria-label={t("convertDialog.quantityOf", { name: line.description || (line.item?.name ?? "") })}
                        value={quantities[line.id] ?? ""}
                        onChange={(event) => setQuantities({ ...quantities, [line.id]: event.currentTarget.value })}
                        error={errorOf(line.id)}
                        inputMode="decimal"
                        styles={{ input: { textAlign: "end" } }}
                      />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            <Group align="flex-end">
              <DateInput label={t("field.date")} value={date} onChange={(event) => setDate(event.currentTarget.value)} error={refused?.errors.find(({ pointer }) => pointer === "/date")?.detail} />
              {may(`${target.subject}.publish`) && <Checkbox label={t(`convertDialog.final.${policyOf(target).issue}`)} checked={isFinal} onChange={(event) => setFinal(event.currentTarget.checked)} mb={8} />}
            </Group>
            <ProblemAlert error={isPlaced ? null : refused} />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                {t("action.cancel")}
              </Button>
              <Button type="submit" disabled={!chosen.length || rows.some(({ line }) => wrong(line.id))} loading={converting.isPending}>
                {t(`convert.${to as "invoice"}`)}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
