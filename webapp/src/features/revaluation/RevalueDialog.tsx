import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Scale } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { DateInput } from "@/components/DateInput";
import { EmptyState } from "@/components/EmptyState";
import { Loaded } from "@/components/Loaded";
import { ProblemAlert } from "@/components/ProblemAlert";
import table from "@/components/table.module.css";
import { contactNameQuery } from "@/lib/api/contacts";
import { booksChanged } from "@/lib/api/journals";
import { toProblem } from "@/lib/api/problem";
import { revaluationPreviewQuery, revalue } from "@/lib/api/revaluation";
import type { RevaluationPreview } from "@/lib/api/types";
import { RATE, readNumber, shortNumber, typedNumber } from "@/lib/amounts";
import { formatDate, isDate, today } from "@/lib/locale";
import { subtract } from "@/lib/money";
import { useDecimals, useOrganization } from "@/lib/organization";

/** The last day of the month before: what is revalued most. */
function lastMonthsEnd(now: string): string {
  const [year = 0, month = 0] = now.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1, 0)).toISOString().slice(0, 10);
}

/** A day and its rates; what would change is shown all the time, and posted when it is right. */
export function RevalueDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("books");
  const client = useQueryClient();
  const { timezone, base_currency } = useOrganization();
  const [date, setDate] = useState(() => lastMonthsEnd(today(timezone)));
  const [typed, setTyped] = useState<Record<string, string>>({}); // rates that differ from the table's
  const rates = Object.fromEntries(Object.entries(typed).flatMap(([code, text]) => (readNumber(text, RATE) ? [[code, shortRate(readNumber(text, RATE))]] : []))) as Record<string, string>;
  const [asked] = useDebouncedValue({ date, rates }, 350);
  const preview = useQuery({ ...revaluationPreviewQuery(asked), enabled: isDate(asked.date) });
  const posting = useMutation({
    mutationFn: () => revalue({ date, rates }),
    onSuccess: async () => {
      await booksChanged(client);
      notifications.show({ color: "ledger", message: t("revaluation.posted", { date: formatDate(date) }) });
      onClose();
    },
  });
  const lines = preview.data?.lines ?? [];
  const missing = preview.error ? toProblem(preview.error).errors.flatMap(({ pointer }) => (pointer.startsWith("/rates/") ? [pointer.slice(7)] : [])) : [];
  const known = new Map(lines.map(({ currency, rate }) => [currency, rate]));
  const codes = [...new Set([...Object.keys(typed), ...known.keys(), ...missing])].sort();
  const errorOf = (code: string) => {
    const text = typed[code];
    if (text?.trim() && !readNumber(text, RATE)) return t("amountError.not_an_amount");
    return missing.includes(code) ? toProblem(preview.error).errors.find(({ pointer }) => pointer === `/rates/${code}`)?.detail : undefined;
  };
  return (
    <Modal opened onClose={onClose} title={t("revaluation.newTitle")} size="75rem" closeButtonProps={{ "aria-label": t("action.close") }}>
      <Stack>
        <Group align="flex-start">
          <DateInput label={t("revaluation.date")} value={date} onChange={(event) => setDate(event.currentTarget.value)} data-autofocus />
          {codes.map((code) => (
            <TextInput
              key={code}
              label={t("revaluation.rateOf", { currency: code })}
              description={t("revaluation.rateHint", { base: base_currency })}
              inputWrapperOrder={["label", "input", "description", "error"]}
              inputMode="decimal"
              w={220}
              value={typed[code] ?? typedNumber(known.get(code))}
              error={errorOf(code)}
              onChange={({ currentTarget: { value } }) => setTyped((now) => ({ ...now, [code]: value }))}
            />
          ))}
        </Group>
        {missing.length === 0 && (
          <section aria-label={t("revaluation.preview")} style={{ opacity: preview.isFetching ? 0.6 : undefined }}>
            <Loaded query={preview} lines={5}>
              {(answer) => (answer.lines.length ? <Preview answer={answer} /> : <EmptyState icon={Scale} title={t("revaluation.nothing")} text={t("revaluation.nothingText")} />)}
            </Loaded>
          </section>
        )}
        <ProblemAlert error={posting.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("action.cancel")}
          </Button>
          <Button loading={posting.isPending} disabled={!lines.length || preview.isError || preview.isFetching || asked.date !== date} onClick={() => posting.mutate()}>
            {t("revaluation.post")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** "1.0800000000" -> "1.08": as the API writes rates. */
const shortRate = (value: string) => value.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");

function Preview({ answer }: { answer: RevaluationPreview }) {
  const { t } = useTranslation("books");
  const decimals = useDecimals();
  return (
    <div className={table.scroll} tabIndex={0} role="group" aria-label={t("revaluation.preview")}>
      <table className={table.table} aria-label={t("revaluation.preview")}>
        <thead>
          <tr>
            <th scope="col">{t("revaluation.account")}</th>
            <th scope="col" className={table.amount}>
              {t("revaluation.amount")}
            </th>
            <th scope="col" className={table.amount}>
              {t("revaluation.rate")}
            </th>
            <th scope="col" className={table.amount}>
              {t("revaluation.booked")}
            </th>
            <th scope="col" className={table.amount}>
              {t("revaluation.worth")}
            </th>
            <th scope="col" className={table.amount}>
              {t("revaluation.difference")}
            </th>
          </tr>
        </thead>
        <tbody>
          {answer.lines.map((line) => (
            <tr key={`${line.account.id} ${line.contact_id} ${line.currency}`}>
              <td>
                <span className={table.quiet}>{line.account.code}</span> {line.account.name}
                {line.contact_id && <ContactName id={line.contact_id} />}
              </td>
              <td className={table.amount}>
                <Amount value={line.amount} /> <span className={table.quiet}>{line.currency}</span>
              </td>
              <td className={table.amount}>
                <bdi>{shortNumber(line.rate)}</bdi>
              </td>
              <td className={table.amount}>
                <Amount value={line.booked} />
              </td>
              <td className={table.amount}>
                <Amount value={line.worth} />
              </td>
              <td className={table.amount}>
                <Amount value={line.difference} />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td colSpan={5}>{t("revaluation.total")}</td>
            <td className={table.amount}>
              <Amount value={subtract(answer.gain, answer.loss, decimals)} />
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

function ContactName({ id }: { id: string }) {
  return <div className={table.quiet}>{useQuery(contactNameQuery(id)).data ?? "…"}</div>;
}
