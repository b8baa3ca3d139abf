import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation, type UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { DateInput } from "@/components/DateInput";
import { Loaded } from "@/components/Loaded";
import { ProblemAlert } from "@/components/ProblemAlert";
import { type ApiProblem, toProblem } from "@/lib/api/problem";
import type { AllocationInput, OpenItem } from "@/lib/api/types";
import { currencyDecimals } from "@/lib/currencies";
import { absolute, isNegative, subtract } from "@/lib/money";

import { AllocationGrid } from "./AllocationGrid";
import { allocationsOf, faultsOf, type OpenRow, rowsOf, spread, sumOf, type TypedRows } from "./allocating";

interface Applied {
  allocations: AllocationInput[];
  date?: string;
}

interface FormProps {
  title: string;
  /** What is left of the payment or credit, and in which currency. */
  available: string;
  currency: string;
  /** What it settles unless the person says otherwise; without it the oldest. */
  first?: (row: OpenRow) => boolean;
  /** Tax may have been kept back: payments of invoices and bills. */
  withholds?: boolean;
  texts: {
    nothing: string;
    date: string;
    dateHint: string;
    left: string;
    /** Stands before what is too much; without it that is said as what is left, below zero. */
    over?: string;
    submit: string;
  };
  apply: (body: Applied) => Promise<unknown>;
  onApplied: () => void | Promise<void>;
  onClose: () => void;
}

/** Settles documents of the same contact with what is left of a payment or of a credit. */
export function ApplyDialog({ items, ...form }: FormProps & { items: UseQueryResult<{ items: OpenItem[] }> }) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={form.onClose} title={form.title} size={760} closeButtonProps={{ "aria-label": t("action.close") }}>
      <Loaded query={items} lines={4}>
        {(known) => <ApplyForm {...form} items={known.items} />}
      </Loaded>
    </Modal>
  );
}

function ApplyForm({ title, available, currency, first, withholds = false, texts, apply, onApplied, onClose, items }: FormProps & { items: OpenItem[] }) {
  const { t } = useTranslation();
  const rows = rowsOf(items, ({ what }) => what === "document");
  const [typed, setTyped] = useState<TypedRows>(() => {
    const wanted = first ? rows.filter(first) : [];
    return spread(wanted.length ? wanted : rows, currency, available);
  });
  const [date, setDate] = useState("");
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const left = subtract(available, sumOf(rows, typed, currency).taken, currencyDecimals(currency));
  const isOver = isNegative(left);
  const sent = allocationsOf(rows, typed, currency);
  const own = withholds ? ["withheld", "source_amount"] : ["source_amount"]; // besides the amount
  const applying = useMutation({
    mutationFn: () => apply({ allocations: sent.allocations, ...(date && { date }) }),
    onSuccess: onApplied,
    onError: (error) => {
      const told = toProblem(error);
      const placed: Record<string, string> = {};
      for (const { pointer, detail } of told.errors) {
        const [root, index, field = "amount"] = pointer.slice(1).split("/");
        placed[root === "date" ? "date" : `${sent.keys[Number(index)] ?? ""}.${own.includes(field) ? field : "amount"}`] = detail;
      }
      setErrors(placed);
      setProblem(told.errors.length ? null : told);
    },
  });
  const send = () => {
    const faults = Object.fromEntries(faultsOf(rows, typed, currency).map(({ place, fault }) => [place, fault === "more_than_open" ? t("allocation.moreThanOpen") : t("amountError.not_an_amount")]));
    setErrors(faults);
    if (!Object.keys(faults).length) applying.mutate();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      noValidate
    >
      <Stack>
        {rows.length ? (
          <AllocationGrid
            rows={rows}
            typed={typed}
            onTyped={(key, row) => {
              setTyped({ ...typed, [key]: row });
              setErrors({});
            }}
            currency={currency}
            errorOf={(place) => errors[place]}
            withholds={withholds}
            label={title}
          />
        ) : (
          <Text size="sm">{texts.nothing}</Text>
        )}
        <Group justify="space-between" align="flex-end">
          <DateInput label={texts.date} description={texts.dateHint} value={date} error={errors["date"]} onChange={(event) => setDate(event.currentTarget.value)} />
          <Text size="sm" role="status" {...(isOver && { c: "red" })}>
            {isOver && texts.over ? texts.over : texts.left} <Amount value={isOver && texts.over ? absolute(left) : left} /> {currency}
          </Text>
        </Group>
        <ProblemAlert error={problem} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("action.cancel")}
          </Button>
          <Button type="submit" loading={applying.isPending} disabled={!sent.allocations.length}>
            {texts.submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
