import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { ButtonLink } from "@/components/links";
import { Loaded } from "@/components/Loaded";
import { ProblemAlert } from "@/components/ProblemAlert";
import { PublicPage } from "@/components/PublicPage";
import { acceptInvitation, invitationPreviewQuery } from "@/lib/api/members";
import { organizationsQuery } from "@/lib/api/organizations";
import { formatInstant } from "@/lib/locale";
import { session, useSession } from "@/lib/session";
import { urls } from "@/lib/urls";

const route = getRouteApi(urls.invitation);

export function InvitationPage() {
  const { t } = useTranslation();
  const { token } = route.useSearch();
  const preview = useQuery(invitationPreviewQuery(token));
  const title = preview.data ? t("invitation.titleOf", { organization: preview.data.organization_name }) : t("invitation.title");
  return (
    <PublicPage title={title}>
      <Loaded query={preview} lines={3}>
        {({ email, role, invited_by, expires_at, organization_name }) => (
          <Stack>
            <Text size="sm">{t("invitation.text", { who: invited_by, organization: organization_name, role: t(`role.${role}`) })}</Text>
            <Text size="sm" c="dimmed">
              {t("invitation.for", { email, date: formatInstant(expires_at) })}
            </Text>
            <Answer token={token} email={email} />
          </Stack>
        )}
      </Loaded>
    </PublicPage>
  );
}

/** Log in or sign up first, and come back here; then accept. */
function Answer({ token, email }: { token: string; email: string }) {
  const { t } = useTranslation();
  const now = useSession();
  const navigate = useNavigate();
  const client = useQueryClient();
  const accept = useMutation({
    mutationFn: async () => {
      const organization = await acceptInvitation(token);
      await client.invalidateQueries({ queryKey: organizationsQuery.queryKey });
      await session.switchTo(organization.id);
      await navigate({ to: urls.home });
    },
  });
  if (now.phase !== "active") {
    const search = { next: `${urls.invitation}?token=${encodeURIComponent(token)}`, email };
    return (
      <Group grow>
        <ButtonLink to={urls.signUp} search={search} variant="default">
          {t("people.signUp.submit")}
        </ButtonLink>
        <ButtonLink to={urls.logIn} search={search}>
          {t("people.logIn.submit")}
        </ButtonLink>
      </Group>
    );
  }
  return (
    <>
      <Text size="sm">{t("invitation.loggedInAs", { email: now.user.email })}</Text>
      <ProblemAlert error={accept.error} />
      <Group grow>
        <Button variant="default" onClick={() => void session.logOut()}>
          {t("invitation.other")}
        </Button>
        <Button onClick={() => accept.mutate()} loading={accept.isPending}>
          {t("invitation.accept")}
        </Button>
      </Group>
    </>
  );
}
