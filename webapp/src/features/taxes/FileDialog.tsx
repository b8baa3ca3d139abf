import { Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { DateInput } from "@/components/DateInput";
import { EntriesPreview } from "@/components/EntriesPreview";
import { FormDialog } from "@/components/FormDialog";
import { Loaded } from "@/components/Loaded";
import { useProblemForm } from "@/components/useProblemForm";
import { fileReturn, filingPreviewQuery, taxReturnsChanged } from "@/lib/api/taxes";
import type { TaxReturn } from "@/lib/api/types";
import { isDate } from "@/lib/locale";
import { z } from "@/lib/shapes";

/** Filing, with what it posts beforehand. */
export function FileDialog({ about, onClose }: { about: TaxReturn; onClose: () => void }) {
  const { t } = useTranslation("taxes");
  const client = useQueryClient();
  const form = useProblemForm({
    schema: z.object({ date: z.string(), reference: z.string() }),
    defaultValues: { date: about.date_to, reference: about.reference },
    send: ({ date, reference }) => fileReturn(about.id, { reference, ...(date && { date }) }),
    onDone: async () => {
      await taxReturnsChanged(client);
      notifications.show({ color: "ledger", message: t("returns.filed") });
      onClose();
    },
  });
  const [date] = useDebouncedValue(form.watch("date"), 300);
  const preview = useQuery(filingPreviewQuery(about.id, isDate(date) ? { date } : {}));
  return (
    <FormDialog title={t("returns.fileTitle")} onClose={onClose} form={form} submitLabel={t("returns.fileSubmit")} size="lg">
      <Text size="sm">{t("returns.fileText")}</Text>
      <DateInput label={t("returns.fileDate")} description={t("returns.fileDateHint")} error={form.errorOf("date")} {...form.register("date")} />
      <TextInput label={t("returns.referenceOptional")} description={t("returns.referenceHint")} data-autofocus error={form.errorOf("reference")} {...form.register("reference")} />
      <Stack gap={6} component="section" aria-label={t("returns.filePreview")}>
        <Text size="sm" fw={600}>
          {t("returns.filePreview")}
        </Text>
        <Loaded query={preview} lines={3}>
          {(answer) => <EntriesPreview answer={answer} />}
        </Loaded>
      </Stack>
    </FormDialog>
  );
}
