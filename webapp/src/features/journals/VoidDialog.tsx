import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { DateInput } from "@/components/DateInput";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useProblemForm } from "@/components/useProblemForm";
import { booksChanged, voidJournal } from "@/lib/api/journals";
import type { ManualJournal } from "@/lib/api/types";
import { atLeast, z } from "@/lib/shapes";

/** Voiding posts the reversal; its date is the journal's own unless another is chosen. */
export function VoidDialog({ journal, onClose }: { journal: ManualJournal; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const form = useProblemForm({
    schema: z.object({ date: atLeast(1, t("form.required")), reason: z.string() }),
    defaultValues: { date: journal.date, reason: "" },
    send: (values) => voidJournal(journal.id, values),
    onDone: async () => {
      await booksChanged(client);
      notifications.show({ color: "ledger", message: t("journals.voided", { number: journal.number }) });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={t("journals.voidTitle", { number: journal.number })} closeButtonProps={{ "aria-label": t("action.close") }}>
      <form onSubmit={form.submit} noValidate>
        <Stack>
          <Text size="sm">{t("journals.voidText")}</Text>
          <DateInput label={t("journals.voidDate")} error={form.errorOf("date")} {...form.register("date")} />
          <TextInput label={t("journals.voidReason")} error={form.errorOf("reason")} data-autofocus {...form.register("reason")} />
          <ProblemAlert error={form.problem} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t("action.cancel")}
            </Button>
            <Button type="submit" color="red" loading={form.isSending}>
              {t("journals.voidConfirm")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
