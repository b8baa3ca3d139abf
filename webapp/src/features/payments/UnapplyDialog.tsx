import { Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { DateInput } from "@/components/DateInput";
import { FormDialog } from "@/components/FormDialog";
import { useProblemForm } from "@/components/useProblemForm";
import { booksChanged } from "@/lib/api/journals";
import { unapplyPayment } from "@/lib/api/payments";
import type { Allocation, Payment } from "@/lib/api/types";
import type { PaymentKind } from "@/lib/kinds";
import { z } from "@/lib/shapes";

interface Props {
  kind: PaymentKind;
  payment: Payment;
  allocation: Allocation;
  onClose: () => void;
}

/** Takes one allocation back: the document is open again, and the payment has the credit. */
export function UnapplyDialog({ kind, payment, allocation, onClose }: Props) {
  const { t } = useTranslation("payments");
  const client = useQueryClient();
  const form = useProblemForm({
    schema: z.object({ date: z.string(), reason: z.string() }),
    defaultValues: { date: allocation.date, reason: "" },
    send: ({ date, reason }) => unapplyPayment(kind, payment.id, { allocation: allocation.id, ...(date && { date }), reason }),
    onDone: async () => {
      await booksChanged(client);
      notifications.show({ color: "ledger", message: t("unapplied", { number: allocation.target.number }) });
      onClose();
    },
  });
  return (
    <FormDialog title={t("unapplyTitle", { number: allocation.target.number })} form={form} submitLabel={t("unapply")} danger onClose={onClose}>
      <Text size="sm">{t("unapplyText")}</Text>
      <DateInput label={t("date")} error={form.errorOf("date")} {...form.register("date")} />
      <TextInput label={t("voidReason")} error={form.errorOf("reason")} data-autofocus {...form.register("reason")} />
    </FormDialog>
  );
}
