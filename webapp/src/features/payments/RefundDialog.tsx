import { SimpleGrid, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Controller } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { AccountInput } from "@/components/AccountInput";
import { DateInput } from "@/components/DateInput";
import { FormDialog } from "@/components/FormDialog";
import { useProblemForm } from "@/components/useProblemForm";
import { numberField, readNumber, typedAmount } from "@/lib/amounts";
import { booksChanged } from "@/lib/api/journals";
import { refundPayment } from "@/lib/api/payments";
import type { Payment } from "@/lib/api/types";
import { currencyDecimals } from "@/lib/currencies";
import type { PaymentKind } from "@/lib/kinds";
import { today } from "@/lib/locale";
import { useOrganization } from "@/lib/organization";
import { atLeast, z } from "@/lib/shapes";
import { urls } from "@/lib/urls";

import { policyOf } from "./kinds";

interface Props {
  kind: PaymentKind;
  refundKind: PaymentKind;
  payment: Payment;
  onClose: () => void;
}

/** Pays back what is left of a payment, or a part of it. */
export function RefundDialog({ kind, refundKind, payment, onClose }: Props) {
  const { t } = useTranslation("payments");
  const client = useQueryClient();
  const navigate = useNavigate();
  const { timezone } = useOrganization();
  const decimals = currencyDecimals(payment.currency);
  const policy = policyOf(refundKind);
  const form = useProblemForm({
    schema: z.object({ date: atLeast(1, t("form.required")), account: atLeast(1, t("form.required")), amount: numberField({ decimals, required: true }), method: z.string(), reference: z.string() }),
    defaultValues: { date: today(timezone), account: payment.account.id, amount: typedAmount(payment.unallocated), method: "", reference: "" },
    send: (values) => refundPayment(kind, payment.id, { ...values, amount: readNumber(values.amount, { decimals }), currency: payment.currency }),
    onDone: async (refund) => {
      await booksChanged(client);
      notifications.show({ color: "ledger", message: t("refunded", { number: refund.number }) });
      onClose();
      await navigate({ to: urls.payment, params: { kind: refundKind.path, paymentId: refund.id } });
    },
  });
  return (
    <FormDialog title={t("refundTitle", { number: payment.number })} form={form} submitLabel={t("refund")} onClose={onClose}>
      <Text size="sm">{t("refundText")}</Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <TextInput label={t("amountIn", { currency: payment.currency })} inputMode="decimal" data-autofocus error={form.errorOf("amount")} {...form.register("amount")} />
        <DateInput label={t("date")} error={form.errorOf("date")} {...form.register("date")} />
      </SimpleGrid>
      <Controller
        control={form.control}
        name="account"
        render={({ field }) => <AccountInput {...field} label={t(policy.accountLabel)} fits={({ type }) => policy.moneyTypes.includes(type)} error={form.errorOf("account")} onChange={(value) => field.onChange(value ?? "")} />}
      />
      <TextInput label={t("reference")} error={form.errorOf("reference")} {...form.register("reference")} />
    </FormDialog>
  );
}
