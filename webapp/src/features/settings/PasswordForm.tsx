import { PasswordInput, Stack } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useTranslation } from "react-i18next";

import { useProblemForm } from "@/components/useProblemForm";
import { changePassword } from "@/lib/api/people";
import { atLeast, z } from "@/lib/shapes";

import { FormFoot } from "./FormFoot";

export function PasswordForm() {
  const { t } = useTranslation();
  const form = useProblemForm({
    schema: z.object({ current_password: atLeast(1, t("form.required")), new_password: atLeast(10, t("people.passwordShort")) }),
    defaultValues: { current_password: "", new_password: "" },
    send: changePassword,
    onDone: () => {
      form.reset();
      notifications.show({ color: "ledger", message: t("settings.passwordChanged") });
    },
  });
  return (
    <form onSubmit={form.submit} noValidate>
      <Stack>
        <PasswordInput
          label={t("people.currentPassword")}
          autoComplete="current-password"
          error={form.errorOf("current_password")}
          {...form.register("current_password")}
        />
        <PasswordInput
          label={t("people.newPassword")}
          description={t("people.passwordHint")}
          autoComplete="new-password"
          error={form.errorOf("new_password")}
          {...form.register("new_password")}
        />
        <FormFoot problem={form.problem} isSending={form.isSending} label={t("settings.changePassword")} />
      </Stack>
    </form>
  );
}
