import { Stack, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useTranslation } from "react-i18next";

import { useProblemForm } from "@/components/useProblemForm";
import { changeName } from "@/lib/api/people";
import { session, useSession } from "@/lib/session";
import { filled, z } from "@/lib/shapes";

import { FormFoot } from "./FormFoot";

export function ProfileForm() {
  const { t } = useTranslation();
  const now = useSession();
  const user = "user" in now ? now.user : null;
  const form = useProblemForm({
    schema: z.object({ full_name: filled(t("form.required")) }),
    defaultValues: { full_name: user?.full_name ?? "" },
    send: ({ full_name }) => changeName(full_name),
    onDone: (me) => {
      session.rename(me.full_name);
      notifications.show({ color: "ledger", message: t("settings.saved") });
    },
  });
  return (
    <form onSubmit={form.submit} noValidate>
      <Stack>
        <TextInput label={t("people.fullName")} autoComplete="name" error={form.errorOf("full_name")} {...form.register("full_name")} />
        <TextInput label={t("people.email")} value={user?.email ?? ""} readOnly variant="filled" />
        <FormFoot problem={form.problem} isSending={form.isSending} label={t("action.save")} />
      </Stack>
    </form>
  );
}
