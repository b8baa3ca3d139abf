import { Button, PasswordInput, Stack, Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ButtonLink, TextLink } from "@/components/links";
import { ProblemAlert } from "@/components/ProblemAlert";
import { PublicPage } from "@/components/PublicPage";
import { useProblemForm } from "@/components/useProblemForm";
import { resetPassword } from "@/lib/api/people";
import { atLeast, z } from "@/lib/shapes";
import { urls } from "@/lib/urls";

const route = getRouteApi(urls.resetPassword);

export function ResetPasswordPage() {
  const { t } = useTranslation();
  const { token } = route.useSearch();
  const [done, setDone] = useState(false);
  const form = useProblemForm({
    schema: z.object({ password: atLeast(10, t("people.passwordShort")) }),
    defaultValues: { password: "" },
    send: ({ password }) => resetPassword({ token, password }),
    onDone: () => setDone(true),
  });
  if (done) {
    return (
      <PublicPage title={t("people.reset.done")}>
        <Text size="sm">{t("people.reset.doneText")}</Text>
        <ButtonLink to={urls.logIn}>{t("people.logIn.submit")}</ButtonLink>
      </PublicPage>
    );
  }
  return (
    <PublicPage
      title={t("people.reset.title")}
      below={
        <TextLink to={urls.forgotPassword} size="sm">
          {t("people.reset.newLink")}
        </TextLink>
      }
    >
      <form onSubmit={form.submit} noValidate>
        <Stack>
          <PasswordInput
            label={t("people.newPassword")}
            description={t("people.passwordHint")}
            autoComplete="new-password"
            autoFocus
            error={form.errorOf("password")}
            {...form.register("password")}
          />
          <ProblemAlert error={form.problem} />
          <Button type="submit" loading={form.isSending}>
            {t("people.reset.submit")}
          </Button>
        </Stack>
      </form>
    </PublicPage>
  );
}
