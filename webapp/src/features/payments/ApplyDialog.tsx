import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { AllocationGrid } from "@/components/allocation/AllocationGrid";
import { allocationsOf, faultsOf, rowsOf, spread, sumOf, type TypedRows } from "@/components/allocation/allocating";
import { Amount } from "@/components/Amount";
import { DateInput } from "@/components/DateInput";
import { Loaded } from "@/components/Loaded";
import { ProblemAlert } from "@/components/ProblemAlert";
import { openItemsQuery } from "@/lib/api/contacts";
import { booksChanged } from "@/lib/api/journals";
import { applyPayment } from "@/lib/api/payments";
import { ApiProblem, toProblem } from "@/lib/api/problem";
import type { OpenItem, Payment } from "@/lib/api/types";
import { currencyDecimals } from "@/lib/currencies";
import type { PaymentKind } from "@/lib/kinds";
import { isNegative, subtract } from "@/lib/money";

interface Props {
  kind: PaymentKind;
  payment: Payment;
  onClose: () => void;
}

/** Settles documents with what is left of a payment. */
export function ApplyDialog(props: Props) {
  const { t } = useTranslation("payments");
  const items = useQuery(openItemsQuery(props.payment.contact.id, { side: props.kind.side }));
  return (
    <Modal opened onClose={props.onClose} title={t("applyTitle", { number: props.payment.number })} size={760} closeButtonProps={{ "aria-label": t("action.close") }}>
      <Loaded query={items} lines={4}>
        {(known) => <ApplyForm {...props} items={known.items} />}
      </Loaded>
    </Modal>
  );
}

function ApplyForm({ kind, payment, items, onClose }: Props & { items: OpenItem[] }) {
  const { t } = useTranslation("payments");
  const client = useQueryClient();
  const rows = rowsOf(items, ({ what }) => what === "document");
  const { currency, unallocated } = payment;
  const [typed, setTyped] = useState<TypedRows>(() => spread(rows, currency, unallocated));
  const [date, setDate] = useState("");
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const sum = sumOf(rows, typed, currency);
  const left = subtract(unallocated, sum.taken, currencyDecimals(currency));
  const sent = allocationsOf(rows, typed, currency);
  const applying = useMutation({
    mutationFn: () => applyPayment(kind, payment.id, { allocations: sent.allocations, ...(date && { date }) }),
    onSuccess: async () => {
      await booksChanged(client);
      notifications.show({ color: "ledger", message: t("applied", { number: payment.number }) });
      onClose();
    },
    onError: (error) => {
      const told = toProblem(error);
      const placed: Record<string, string> = {};
      for (const { pointer, detail } of told.errors) {
        const [root, index, field = "amount"] = pointer.slice(1).split("/");
        if (root === "date") placed["date"] = detail;
        else placed[`${sent.keys[Number(index)] ?? ""}.${["withheld", "source_amount"].includes(field) ? field : "amount"}`] = detail;
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
            withholds
            label={t("applyTitle", { number: payment.number })}
          />
        ) : (
          <Text size="sm">{t("nothingToApply")}</Text>
        )}
        <Group justify="space-between" align="flex-end">
          <DateInput label={t("applyDate")} description={t("applyDateHint")} value={date} error={errors["date"]} onChange={(event) => setDate(event.currentTarget.value)} />
          <Text size="sm" role="status" {...(isNegative(left) && { c: "red" })}>
            {t(isNegative(left) ? "overBy" : "creditLeftThen")} <Amount value={isNegative(left) ? left.slice(1) : left} /> {currency}
          </Text>
        </Group>
        <ProblemAlert error={problem} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("action.cancel")}
          </Button>
          <Button type="submit" loading={applying.isPending} disabled={!sent.allocations.length}>
            {t("apply")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
