import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { showInFields } from "@/lib/forms";
import { session } from "@/lib/session";

import { ProblemAlert } from "./ProblemAlert";

interface Props {
  email?: string | undefined;
  /** Stands beside the password's label. */
  aside?: ReactNode;
  /** What may help after this problem, such as "send the confirmation mail again". */
  remedy?: (code: string, email: string) => ReactNode;
}

export function LogInForm({ email = "", aside, remedy }: Props) {
  const { t } = useTranslation();
  const form = useForm({ defaultValues: { email, password: "" } });
  const logIn = useMutation({
    mutationFn: (values: { email: string; password: string }) => session.logIn(values.email, values.password),
  });
  const problem = logIn.error ? showable(logIn.error) : null;
  const submit = form.handleSubmit((values) => logIn.mutate(values, { onError: (error) => void showInFields(error, form, ["email", "password"]) }));
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          label={t("people.email")}
          type="email"
          autoComplete="username"
          autoFocus={!email}
          error={form.formState.errors.email?.message}
          {...form.register("email", { required: t("form.required") })}
        />
        <PasswordInput
          label={t("people.password")}
          autoComplete="current-password"
          autoFocus={Boolean(email)}
          data-autofocus={Boolean(email) || undefined} // in a dialog
          error={form.formState.errors.password?.message}
          {...form.register("password", { required: t("form.required") })}
        />
        {aside}
        <ProblemAlert error={problem} />
        {problem && remedy?.(problem.code, form.getValues("email"))}
        <Button type="submit" loading={logIn.isPending} fullWidth>
          {t("people.logIn.submit")}
        </Button>
      </Stack>
    </form>
  );
}

const showable = (error: Error) => showInFields(error, { setError: () => undefined }, ["email", "password"]);
