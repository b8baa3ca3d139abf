import { TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { DateInput } from "@/components/DateInput";
import { FormDialog } from "@/components/FormDialog";
import { useProblemForm } from "@/components/useProblemForm";
import { locksChanged, setLock } from "@/lib/api/closing";
import type { PeriodLocks } from "@/lib/api/types";
import { formatDate } from "@/lib/locale";
import { filled, z } from "@/lib/shapes";

export function LockDialog({ lock, onClose }: { lock: PeriodLocks["locks"][number]; onClose: () => void }) {
  const { t } = useTranslation("books");
  const client = useQueryClient();
  const area = t(`area.${lock.area}`);
  const form = useProblemForm({
    schema: z.object({ date: z.string(), reason: filled(t("form.required")) }),
    defaultValues: { date: lock.date ?? "", reason: "" },
    send: ({ date, reason }) => setLock({ area: lock.area, date: date || null, reason }),
    onDone: async (_, { date }) => {
      await locksChanged(client);
      notifications.show({ color: "ledger", message: date ? t("closing.locked", { area, date: formatDate(date) }) : t("closing.unlocked", { area }) });
      onClose();
    },
  });
  return (
    <FormDialog title={t("closing.lockTitle", { area })} onClose={onClose} form={form} submitLabel={t("closing.lockSubmit")}>
      <DateInput label={t("closing.lastDay")} description={t("closing.lastDayHint")} data-autofocus error={form.errorOf("date")} {...form.register("date")} />
      <TextInput label={t("closing.lockReason")} description={t("closing.lockReasonHint")} error={form.errorOf("reason")} {...form.register("reason")} />
    </FormDialog>
  );
}
