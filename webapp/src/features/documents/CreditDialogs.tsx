import { Button, Group, Modal, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Controller } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { AccountInput } from "@/components/AccountInput";
import { AllocationGrid } from "@/components/allocation/AllocationGrid";
import { allocationsOf, faultsOf, rowsOf, spread, sumOf, type TypedRows } from "@/components/allocation/allocating";
import { Amount } from "@/components/Amount";
import { DateInput } from "@/components/DateInput";
import { FormDialog } from "@/components/FormDialog";
import { Loaded } from "@/components/Loaded";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useProblemForm } from "@/components/useProblemForm";
import { numberField, readNumber, typedAmount } from "@/lib/amounts";
import { openItemsQuery } from "@/lib/api/contacts";
import { applyCredit, documentsChanged, refundCredit } from "@/lib/api/documents";
import { type ApiProblem, toProblem } from "@/lib/api/problem";
import type { Document, OpenItem } from "@/lib/api/types";
import { currencyDecimals } from "@/lib/currencies";
import { type DocumentKind, PAYMENT_KINDS } from "@/lib/kinds";
import { today } from "@/lib/locale";
import { isNegative, subtract } from "@/lib/money";
import { useOrganization } from "@/lib/organization";
import { atLeast, z } from "@/lib/shapes";
import { urls } from "@/lib/urls";

interface Props {
  kind: DocumentKind;
  document: Document;
  onClose: () => void;
}

/** Settles documents of the same contact with what is left of a credit. */
export function ApplyCreditDialog(props: Props) {
  const { t } = useTranslation("documents");
  const { kind, document, onClose } = props;
  const items = useQuery({ ...openItemsQuery(document.contact?.id ?? "", { side: kind.side }), enabled: document.contact !== null });
  return (
    <Modal opened onClose={onClose} title={t("credit.applyTitle", { number: document.number })} size={760} closeButtonProps={{ "aria-label": t("action.close") }}>
      <Loaded query={items} lines={4}>
        {(known) => <ApplyForm {...props} items={known.items} />}
      </Loaded>
    </Modal>
  );
}

function ApplyForm({ kind, document, items, onClose }: Props & { items: OpenItem[] }) {
  const { t } = useTranslation("documents");
  const client = useQueryClient();
  const { currency, open_amount } = document;
  const rows = rowsOf(items, ({ what }) => what === "document");
  // What it was made from comes first; else the oldest.
  const [typed, setTyped] = useState<TypedRows>(() => {
    const origin = rows.filter(({ id }) => id === document.origin);
    return spread(origin.length ? origin : rows, currency, open_amount);
  });
  const [date, setDate] = useState("");
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const left = subtract(open_amount, sumOf(rows, typed, currency).taken, currencyDecimals(currency));
  const sent = allocationsOf(rows, typed, currency);
  const applying = useMutation({
    mutationFn: () => applyCredit(kind, document.id, { allocations: sent.allocations, ...(date && { date }) }),
    onSuccess: () => {
      notifications.show({ color: "ledger", message: t("credit.applied", { number: document.number }) });
      onClose();
      void documentsChanged(client);
    },
    onError: (error) => {
      const told = toProblem(error);
      const placed: Record<string, string> = {};
      for (const { pointer, detail } of told.errors) {
        const [root, index, field = "amount"] = pointer.slice(1).split("/");
        placed[root === "date" ? "date" : `${sent.keys[Number(index)] ?? ""}.${field === "source_amount" ? field : "amount"}`] = detail;
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
            onTyped={(key, own) => {
              setTyped({ ...typed, [key]: own });
              setErrors({});
            }}
            currency={currency}
            errorOf={(place) => errors[place]}
            label={t("credit.applyTitle", { number: document.number })}
          />
        ) : (
          <Text size="sm">{t("credit.nothing")}</Text>
        )}
        <Group justify="space-between" align="flex-end">
          <DateInput label={t("credit.date")} description={t("credit.dateHint")} value={date} error={errors["date"]} onChange={(event) => setDate(event.currentTarget.value)} />
          <Text size="sm" role="status" {...(isNegative(left) && { c: "red" })}>
            {t("credit.left")} <Amount value={left} /> {currency}
          </Text>
        </Group>
        <ProblemAlert error={problem} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("action.cancel")}
          </Button>
          <Button type="submit" loading={applying.isPending} disabled={!sent.allocations.length}>
            {t("credit.apply")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const MONEY = ["cash", "bank", "credit_card", "other_current_asset"];

/** Pays back what is left of a credit, or gets it back. */
export function RefundCreditDialog({ kind, document, onClose }: Props) {
  const { t } = useTranslation("documents");
  const client = useQueryClient();
  const navigate = useNavigate();
  const { timezone } = useOrganization();
  const decimals = currencyDecimals(document.currency);
  const refundKind = PAYMENT_KINDS.find(({ side, value }) => side === kind.side && value.endsWith("refund"));
  const form = useProblemForm({
    schema: z.object({ date: atLeast(1, t("form.required")), account: atLeast(1, t("form.required")), amount: numberField({ decimals, required: true }), reference: z.string() }),
    defaultValues: { date: today(timezone), account: "", amount: typedAmount(document.open_amount), reference: "" },
    send: (values) => refundCredit(kind, document.id, { ...values, amount: readNumber(values.amount, { decimals }), currency: document.currency }),
    onDone: async (refund) => {
      notifications.show({ color: "ledger", message: t("credit.refunded", { number: refund.number }) });
      onClose();
      void documentsChanged(client);
      if (refundKind) await navigate({ to: urls.payment, params: { kind: refundKind.path, paymentId: refund.id } });
    },
  });
  return (
    <FormDialog title={t("credit.refundTitle", { number: document.number })} form={form} submitLabel={t("credit.refund")} onClose={onClose}>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <TextInput label={t("credit.amountIn", { currency: document.currency })} inputMode="decimal" data-autofocus error={form.errorOf("amount")} {...form.register("amount")} />
        <DateInput label={t("field.date")} error={form.errorOf("date")} {...form.register("date")} />
      </SimpleGrid>
      <Controller
        control={form.control}
        name="account"
        render={({ field }) => <AccountInput {...field} label={t(kind.side === "sales" ? "field.paidFrom" : "field.paidInto")} fits={({ type }) => MONEY.includes(type)} error={form.errorOf("account")} onChange={(value) => field.onChange(value ?? "")} />}
      />
      <TextInput label={t("field.reference")} error={form.errorOf("reference")} {...form.register("reference")} />
    </FormDialog>
  );
}
