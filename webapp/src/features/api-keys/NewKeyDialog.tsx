import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { Controller } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { DateInput } from "@/components/DateInput";
import { ProblemAlert } from "@/components/ProblemAlert";
import { RoleSelect } from "@/components/RoleSelect";
import { useProblemForm } from "@/components/useProblemForm";
import { createApiKey } from "@/lib/api/apiKeys";
import type { NewApiKey, Role } from "@/lib/api/types";
import { filled, z } from "@/lib/shapes";

interface Props {
  onClose: () => void;
  onCreated: (key: NewApiKey) => void;
}

export function NewKeyDialog({ onClose, onCreated }: Props) {
  const { t } = useTranslation();
  const form = useProblemForm({
    schema: z.object({ name: filled(t("form.required")), role: z.string(), expires_at: z.string() }),
    defaultValues: { name: "", role: "read_only", expires_at: "" },
    send: ({ name, role, expires_at }) => createApiKey({ name, role: role as Role, expires_at: expires_at ? endOfDay(expires_at) : null }),
    onDone: onCreated,
  });
  return (
    <Modal opened onClose={onClose} title={t("apiKeys.newTitle")} closeButtonProps={{ "aria-label": t("action.close") }}>
      <form onSubmit={form.submit} noValidate>
        <Stack>
          <TextInput label={t("apiKeys.name")} description={t("apiKeys.nameHint")} data-autofocus error={form.errorOf("name")} {...form.register("name")} />
          <Controller control={form.control} name="role" render={({ field }) => <RoleSelect {...field} error={form.errorOf("role")} />} />
          <DateInput label={t("apiKeys.expires")} description={t("apiKeys.expiresHint")} error={form.errorOf("expires_at")} {...form.register("expires_at")} />
          <ProblemAlert error={form.problem} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t("action.cancel")}
            </Button>
            <Button type="submit" loading={form.isSending}>
              {t("apiKeys.create")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** The key is good on its last day, where its maker is. */
const endOfDay = (date: string) => new Date(`${date}T23:59:59`).toISOString();
