import { Group, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { Controller } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { AccountInput } from "@/components/AccountInput";
import { DateInput } from "@/components/DateInput";
import { FormDialog } from "@/components/FormDialog";
import { useProblemForm } from "@/components/useProblemForm";
import { payReturn, taxReturnsChanged, voidTaxPayment } from "@/lib/api/taxes";
import type { Account, TaxReturn } from "@/lib/api/types";
import { numberField, readNumber, typedAmount } from "@/lib/amounts";
import { formatDate, locale, today } from "@/lib/locale";
import { formatAmount, isNegative } from "@/lib/money";
import { useDecimals, useOrganization } from "@/lib/organization";
import { atLeast, z } from "@/lib/shapes";

const MONEY_TYPES = ["cash", "bank", "credit_card"];
const isMoney = ({ type }: Account) => MONEY_TYPES.includes(type);

/** Pays what is open of a filed return; of one below zero, receives the refund. */
export function PayDialog({ about, onClose }: { about: TaxReturn; onClose: () => void }) {
  const { t } = useTranslation("taxes");
  const client = useQueryClient();
  const { timezone } = useOrganization();
  const kind = { decimals: useDecimals(), signed: true };
  const isRefund = isNegative(about.open);
  const form = useProblemForm({
    schema: z.object({ date: atLeast(1, t("form.required")), account: atLeast(1, t("form.required")), amount: numberField({ ...kind, required: true }), reference: z.string() }),
    defaultValues: { date: today(timezone), account: "", amount: typedAmount(about.open), reference: "" },
    send: ({ amount, ...values }) => payReturn(about.id, { ...values, amount: readNumber(amount, kind) }),
    onDone: async () => {
      await taxReturnsChanged(client);
      notifications.show({ color: "ledger", message: t("returns.paidDone") });
      onClose();
    },
  });
  return (
    <FormDialog title={isRefund ? t("returns.receiveTitle") : t("returns.payTitle")} onClose={onClose} form={form} submitLabel={t("returns.paySubmit")}>
      <Group grow align="flex-start">
        <DateInput label={t("returns.date")} error={form.errorOf("date")} {...form.register("date")} />
        <TextInput
          label={t("returns.amount")}
          description={t("returns.payAmountHint", { amount: formatAmount(about.open, locale) })}
          inputWrapperOrder={["label", "input", "description", "error"]}
          inputMode="decimal"
          error={form.errorOf("amount")}
          {...form.register("amount")}
        />
      </Group>
      <Controller
        control={form.control}
        name="account"
        render={({ field }) => (
          <AccountInput
            {...field}
            label={isRefund ? t("returns.receiveOn") : t("returns.payFrom")}
            fits={isMoney}
            data-autofocus
            error={form.errorOf("account")}
            onChange={(value) => field.onChange(value ?? "")}
          />
        )}
      />
      <TextInput label={t("returns.referenceOptional")} error={form.errorOf("reference")} {...form.register("reference")} />
    </FormDialog>
  );
}

interface VoidProps {
  about: TaxReturn;
  payment: TaxReturn["payments"][number];
  onClose: () => void;
}

export function VoidPaymentDialog({ about, payment, onClose }: VoidProps) {
  const { t } = useTranslation("taxes");
  const client = useQueryClient();
  const form = useProblemForm({
    schema: z.object({ date: atLeast(1, t("form.required")) }),
    defaultValues: { date: payment.date },
    send: ({ date }) => voidTaxPayment(about.id, payment.id, { date }),
    onDone: async () => {
      await taxReturnsChanged(client);
      notifications.show({ color: "ledger", message: t("returns.voided") });
      onClose();
    },
  });
  return (
    <FormDialog title={t("returns.voidTitle")} onClose={onClose} form={form} submitLabel={t("returns.voidSubmit")} danger>
      <Text size="sm">{t("returns.voidText", { date: formatDate(payment.date) })}</Text>
      <DateInput label={t("returns.voidDate")} data-autofocus error={form.errorOf("date")} {...form.register("date")} />
    </FormDialog>
  );
}
