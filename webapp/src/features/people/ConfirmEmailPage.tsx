import { Button, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { ButtonLink, TextLink } from "@/components/links";
import { ProblemAlert } from "@/components/ProblemAlert";
import { PublicPage } from "@/components/PublicPage";
import { confirmEmail } from "@/lib/api/people";
import { urls } from "@/lib/urls";

const route = getRouteApi(urls.confirmEmail);

/** A button, not the mere opening of the link, confirms: mail scanners open links, too. */
export function ConfirmEmailPage() {
  const { t } = useTranslation();
  const { token } = route.useSearch();
  const confirm = useMutation({ mutationFn: () => confirmEmail(token) });
  if (confirm.isSuccess) {
    return (
      <PublicPage title={t("people.confirm.done")}>
        <Text size="sm">{t("people.confirm.doneText")}</Text>
        <ButtonLink to={urls.logIn} search={{ email: confirm.data.user.email }}>
          {t("people.logIn.submit")}
        </ButtonLink>
      </PublicPage>
    );
  }
  return (
    <PublicPage
      title={t("people.confirm.title")}
      below={
        <TextLink to={urls.logIn} size="sm">
          {t("people.backToLogIn")}
        </TextLink>
      }
    >
      <Stack>
        <Text size="sm">{t("people.confirm.text")}</Text>
        <ProblemAlert error={confirm.error} />
        <Button onClick={() => confirm.mutate()} loading={confirm.isPending} disabled={!token}>
          {t("people.confirm.submit")}
        </Button>
      </Stack>
    </PublicPage>
  );
}
