import { Button, Group, Stack, Text, UnstyledButton } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";

import { ButtonLink } from "@/components/links";
import { Loaded } from "@/components/Loaded";
import { ProblemAlert } from "@/components/ProblemAlert";
import { PublicPage } from "@/components/PublicPage";
import { StatusBadge } from "@/components/StatusBadge";
import { organizationsQuery } from "@/lib/api/organizations";
import type { Organization } from "@/lib/api/types";
import { session } from "@/lib/session";
import { urls } from "@/lib/urls";

import classes from "./OrganizationsPage.module.css";

/** Where to? For people of several organizations, and for those whose last one is gone. */
export function OrganizationsPage() {
  const { t } = useTranslation();
  const organizations = useQuery(organizationsQuery);
  const navigate = useNavigate();
  const enter = useMutation({
    mutationFn: async (id: string) => {
      await session.switchTo(id);
      await navigate({ to: urls.home });
    },
  });
  return (
    <PublicPage
      title={t("organizations.title")}
      below={
        <Group justify="center" gap="xs">
          <Button variant="subtle" size="xs" color="gray" onClick={() => void session.logOut()}>
            {t("userMenu.logOut")}
          </Button>
        </Group>
      }
    >
      <Loaded query={organizations} lines={3}>
        {(known) => (
          <Stack gap="xs">
            {!known.length && <Text size="sm">{t("organizations.none")}</Text>}
            {known.map((organization) => (
              <Choice key={organization.id} organization={organization} onChoose={() => enter.mutate(organization.id)} />
            ))}
          </Stack>
        )}
      </Loaded>
      <ProblemAlert error={enter.error} />
      <ButtonLink to={urls.setUp} variant="default">
        {t("switcher.new")}
      </ButtonLink>
    </PublicPage>
  );
}

function Choice({ organization, onChoose }: { organization: Organization; onChoose: () => void }) {
  const { t } = useTranslation();
  return (
    <UnstyledButton className={classes.choice} onClick={onChoose}>
      <span>
        <Text fw={600} span>
          {organization.name}
        </Text>
        <Text size="sm" c="dimmed">
          {t(`role.${organization.role}`)}
        </Text>
      </span>
      {organization.state === "ready" ? (
        <ChevronRight size={18} aria-hidden />
      ) : (
        <StatusBadge tone={organization.state === "failed" || organization.state === "suspended" ? "bad" : "waiting"}>
          {t(`organizations.state.${organization.state}`)}
        </StatusBadge>
      )}
    </UnstyledButton>
  );
}
