import { Button, Stack, Text, TextInput } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { TextLink } from "@/components/links";
import { ProblemAlert } from "@/components/ProblemAlert";
import { PublicPage } from "@/components/PublicPage";
import { useProblemForm } from "@/components/useProblemForm";
import { askForPasswordReset } from "@/lib/api/people";
import { z } from "@/lib/shapes";
import { urls } from "@/lib/urls";

const route = getRouteApi(urls.forgotPassword);

export function ForgotPasswordPage() {
  const { t } = useTranslation();
  const { email } = route.useSearch();
  const [sentTo, setSentTo] = useState<string | null>(null);
  const form = useProblemForm({
    schema: z.object({ email: z.email(t("people.emailInvalid")) }),
    defaultValues: { email: email ?? "" },
    send: (values) => askForPasswordReset(values.email),
    onDone: (_answer, values) => setSentTo(values.email),
  });
  const back = (
    <TextLink to={urls.logIn} size="sm">
      {t("people.backToLogIn")}
    </TextLink>
  );
  if (sentTo) {
    return (
      <PublicPage title={t("people.checkMail.title")} below={back}>
        <Text size="sm" role="status">
          {t("people.forgot.sent", { email: sentTo })}
        </Text>
      </PublicPage>
    );
  }
  return (
    <PublicPage title={t("people.forgot.title")} subtitle={t("people.forgot.subtitle")} below={back}>
      <form onSubmit={form.submit} noValidate>
        <Stack>
          <TextInput label={t("people.email")} type="email" autoComplete="username" autoFocus error={form.errorOf("email")} {...form.register("email")} />
          <ProblemAlert error={form.problem} />
          <Button type="submit" loading={form.isSending}>
            {t("people.forgot.submit")}
          </Button>
        </Stack>
      </form>
    </PublicPage>
  );
}
