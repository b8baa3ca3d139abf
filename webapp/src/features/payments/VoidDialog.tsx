import { Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { DateInput } from "@/components/DateInput";
import { FormDialog } from "@/components/FormDialog";
import { useProblemForm } from "@/components/useProblemForm";
import { booksChanged } from "@/lib/api/journals";
import { voidPayment } from "@/lib/api/payments";
import type { Payment } from "@/lib/api/types";
import type { PaymentKind } from "@/lib/kinds";
import { z } from "@/lib/shapes";

/** Voiding reverses the entry: what the payment settled is open again. */
export function VoidDialog({ kind, payment, onClose }: { kind: PaymentKind; payment: Payment; onClose: () => void }) {
  const { t } = useTranslation("payments");
  const client = useQueryClient();
  const form = useProblemForm({
    schema: z.object({ date: z.string(), reason: z.string() }),
    defaultValues: { date: payment.date, reason: "" },
    send: ({ date, reason }) => voidPayment(kind, payment.id, { ...(date && { date }), reason }),
    onDone: async () => {
      await booksChanged(client);
      notifications.show({ color: "ledger", message: t("voided", { number: payment.number }) });
      onClose();
    },
  });
  return (
    <FormDialog title={t("voidTitle", { number: payment.number })} form={form} submitLabel={t("voidConfirm")} danger onClose={onClose}>
      <Text size="sm">{t("voidText")}</Text>
      <DateInput label={t("voidDate")} error={form.errorOf("date")} {...form.register("date")} />
      <TextInput label={t("voidReason")} error={form.errorOf("reason")} data-autofocus {...form.register("reason")} />
    </FormDialog>
  );
}
