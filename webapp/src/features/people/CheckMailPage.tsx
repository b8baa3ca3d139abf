import { Button, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { TextLink } from "@/components/links";
import { ProblemAlert } from "@/components/ProblemAlert";
import { PublicPage } from "@/components/PublicPage";
import { resendConfirmation } from "@/lib/api/people";
import { urls } from "@/lib/urls";

const route = getRouteApi(urls.checkMail);

export function CheckMailPage() {
  const { t } = useTranslation();
  const { email = "" } = route.useSearch();
  const again = useMutation({ mutationFn: () => resendConfirmation(email) });
  return (
    <PublicPage
      title={t("people.checkMail.title")}
      below={
        <TextLink to={urls.logIn} search={{ email: email || undefined }} size="sm">
          {t("people.backToLogIn")}
        </TextLink>
      }
    >
      <Stack>
        <Text size="sm">{t("people.checkMail.text", { email })}</Text>
        <ProblemAlert error={again.error} />
        {again.isSuccess ? (
          <Text size="sm" c="dimmed" role="status">
            {t("people.checkMail.sentAgain")}
          </Text>
        ) : (
          email && (
            <Button variant="default" onClick={() => again.mutate()} loading={again.isPending}>
              {t("people.checkMail.again")}
            </Button>
          )
        )}
      </Stack>
    </PublicPage>
  );
}
