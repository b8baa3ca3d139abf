import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { Controller } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "@/components/ProblemAlert";
import { RoleSelect } from "@/components/RoleSelect";
import { useProblemForm } from "@/components/useProblemForm";
import { invitationsQuery, invite } from "@/lib/api/members";
import type { Role } from "@/lib/api/types";
import { z } from "@/lib/shapes";

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const form = useProblemForm({
    schema: z.object({ email: z.email(t("people.emailInvalid")), role: z.string() }),
    defaultValues: { email: "", role: "bookkeeper" },
    send: ({ email, role }) => invite({ email, role: role as Role }),
    onDone: async (_answer, { email }) => {
      notifications.show({ color: "ledger", message: t("members.invited", { email }) });
      await client.invalidateQueries({ queryKey: invitationsQuery.queryKey });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={t("members.inviteTitle")} closeButtonProps={{ "aria-label": t("action.close") }}>
      <form onSubmit={form.submit} noValidate>
        <Stack>
          <TextInput label={t("people.email")} type="email" data-autofocus error={form.errorOf("email")} {...form.register("email")} />
          <Controller control={form.control} name="role" render={({ field }) => <RoleSelect {...field} error={form.errorOf("role")} />} />
          <ProblemAlert error={form.problem} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t("action.cancel")}
            </Button>
            <Button type="submit" loading={form.isSending}>
              {t("members.send")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
