import { Anchor, Button, Group } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { getRouteApi, Navigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { TextLink } from "@/components/links";
import { LogInForm } from "@/components/LogInForm";
import { ProblemAlert } from "@/components/ProblemAlert";
import { PublicPage } from "@/components/PublicPage";
import { resendConfirmation } from "@/lib/api/people";
import { useSession } from "@/lib/session";
import { urls } from "@/lib/urls";

const route = getRouteApi(urls.logIn);

/** Only an address of our own: "//elsewhere" would leave. */
const isOurs = (next: string | undefined): next is string => Boolean(next && /^\/(?![/\\])/.test(next));

export function LogInPage() {
  const { t } = useTranslation();
  const { phase } = useSession();
  const { next, email } = route.useSearch();
  if (phase === "active") return <Navigate to={isOurs(next) ? (next as typeof urls.home) : urls.home} replace />;
  return (
    <PublicPage
      title={t("people.logIn.title")}
      below={
        <>
          {t("people.logIn.new")}{" "}
          <TextLink to={urls.signUp} search={{ next, email }} size="sm" underline="always">
            {t("people.signUp.submit")}
          </TextLink>
        </>
      }
    >
      <LogInForm
        email={email}
        aside={
          <Group justify="flex-end" mt={-8}>
            <TextLink to={urls.forgotPassword} size="sm">
              {t("people.logIn.forgot")}
            </TextLink>
          </Group>
        }
        remedy={(code, typed) => code === "email_not_confirmed" && <SendAgain email={typed} />}
      />
    </PublicPage>
  );
}

function SendAgain({ email }: { email: string }) {
  const { t } = useTranslation();
  const send = useMutation({ mutationFn: () => resendConfirmation(email) });
  if (send.isSuccess) {
    return (
      <Anchor component="span" size="sm" role="status" underline="never">
        {t("people.checkMail.sentAgain")}
      </Anchor>
    );
  }
  return (
    <>
      <ProblemAlert error={send.error} />
      <Button variant="default" onClick={() => send.mutate()} loading={send.isPending}>
        {t("people.checkMail.again")}
      </Button>
    </>
  );
}
