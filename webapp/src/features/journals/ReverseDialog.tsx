import { Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { DateInput } from "@/components/DateInput";
import { FormDialog } from "@/components/FormDialog";
import { useProblemForm } from "@/components/useProblemForm";
import { booksChanged, reverseJournal } from "@/lib/api/journals";
import type { ManualJournal } from "@/lib/api/types";
import { formatDate } from "@/lib/locale";
import { atLeast, z } from "@/lib/shapes";

/** The first day of the month after: when accruals are booked back. */
function nextMonth(date: string): string {
  const [year = 0, month = 0] = date.split("-").map(Number);
  return new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);
}

export function ReverseDialog({ journal, onClose }: { journal: ManualJournal; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const form = useProblemForm({
    schema: z.object({ date: atLeast(1, t("form.required")) }),
    defaultValues: { date: nextMonth(journal.date) },
    send: (values) => reverseJournal(journal.id, values),
    onDone: async (_, { date }) => {
      await booksChanged(client);
      notifications.show({ color: "ledger", message: t("journals.reversed", { number: journal.number, date: formatDate(date) }) });
      onClose();
    },
  });
  return (
    <FormDialog title={t("journals.reverseTitle", { number: journal.number })} onClose={onClose} form={form} submitLabel={t("journals.reverseConfirm")}>
      <Text size="sm">{t("journals.reverseText")}</Text>
      <DateInput label={t("journals.reverseDate")} data-autofocus error={form.errorOf("date")} {...form.register("date")} />
    </FormDialog>
  );
}
