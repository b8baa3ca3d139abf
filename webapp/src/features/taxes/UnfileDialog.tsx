import { Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { DateInput } from "@/components/DateInput";
import { FormDialog } from "@/components/FormDialog";
import { useProblemForm } from "@/components/useProblemForm";
import { taxReturnsChanged, unfileReturn } from "@/lib/api/taxes";
import type { TaxReturn } from "@/lib/api/types";
import { filled, z } from "@/lib/shapes";
import { urls } from "@/lib/urls";

export function UnfileDialog({ about, onClose }: { about: TaxReturn; onClose: () => void }) {
  const { t } = useTranslation("taxes");
  const client = useQueryClient();
  const navigate = useNavigate();
  const form = useProblemForm({
    schema: z.object({ reason: filled(t("form.required")), date: z.string() }),
    defaultValues: { reason: "", date: "" },
    send: ({ reason, date }) => unfileReturn(about.id, { reason, ...(date && { date }) }),
    onDone: async (draft) => {
      onClose();
      await navigate({ to: urls.taxReturn, params: { returnId: draft.id } });
      notifications.show({ color: "ledger", message: t("returns.unfiledDone") });
      await taxReturnsChanged(client);
    },
  });
  return (
    <FormDialog title={t("returns.unfileTitle")} onClose={onClose} form={form} submitLabel={t("returns.unfileSubmit")} danger>
      <Text size="sm">{t("returns.unfileText")}</Text>
      <TextInput label={t("returns.unfileReason")} data-autofocus error={form.errorOf("reason")} {...form.register("reason")} />
      <DateInput label={t("returns.unfileDate")} error={form.errorOf("date")} {...form.register("date")} />
    </FormDialog>
  );
}
