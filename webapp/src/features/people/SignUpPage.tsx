import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { getRouteApi, Navigate, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { TextLink } from "@/components/links";
import { ProblemAlert } from "@/components/ProblemAlert";
import { PublicPage } from "@/components/PublicPage";
import { useProblemForm } from "@/components/useProblemForm";
import { signUp } from "@/lib/api/people";
import { session, useSession } from "@/lib/session";
import { atLeast, filled, z } from "@/lib/shapes";
import { urls } from "@/lib/urls";

const route = getRouteApi(urls.signUp);

/** Who comes from an invitation has proved their address by it. */
function invitationIn(next: string | undefined): string | undefined {
  return next?.startsWith(`${urls.invitation}?`) ? (new URLSearchParams(next.slice(urls.invitation.length)).get("token") ?? undefined) : undefined;
}

export function SignUpPage() {
  const { t } = useTranslation();
  const { phase } = useSession();
  const navigate = useNavigate();
  const { next, email } = route.useSearch();
  const form = useProblemForm({
    schema: z.object({
      full_name: filled(t("form.required")),
      email: z.email(t("people.emailInvalid")),
      password: atLeast(10, t("people.passwordShort")),
    }),
    defaultValues: { full_name: "", email: email ?? "", password: "" },
    send: (values) => signUp({ ...values, invitation: invitationIn(next) }),
    onDone: async ({ confirmation_required }, values) => {
      if (confirmation_required) return navigate({ to: urls.checkMail, search: { email: values.email } });
      await session.logIn(values.email, values.password);
    },
  });
  if (phase === "active") return <Navigate to={next?.startsWith(urls.invitation) ? (next as typeof urls.home) : urls.home} replace />;
  return (
    <PublicPage
      title={t("people.signUp.title")}
      subtitle={t(invitationIn(next) ? "people.signUp.subtitleInvited" : "people.signUp.subtitle")}
      below={
        <>
          {t("people.signUp.known")}{" "}
          <TextLink to={urls.logIn} search={{ next, email }} size="sm" underline="always">
            {t("people.logIn.submit")}
          </TextLink>
        </>
      }
    >
      <form onSubmit={form.submit} noValidate>
        <Stack>
          <TextInput label={t("people.fullName")} autoComplete="name" autoFocus error={form.errorOf("full_name")} {...form.register("full_name")} />
          <TextInput label={t("people.email")} type="email" autoComplete="username" error={form.errorOf("email")} {...form.register("email")} />
          <PasswordInput
            label={t("people.password")}
            description={t("people.passwordHint")}
            autoComplete="new-password"
            error={form.errorOf("password")}
            {...form.register("password")}
          />
          <ProblemAlert error={form.problem} />
          <Button type="submit" loading={form.isSending} fullWidth>
            {t("people.signUp.submit")}
          </Button>
        </Stack>
      </form>
    </PublicPage>
  );
}
