import { Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Page, Sheet } from "@/components/Page";

import { OrganizationForm } from "./OrganizationForm";
import { PasswordForm } from "./PasswordForm";
import { ProfileForm } from "./ProfileForm";
import { SettingsLinks } from "./SettingsLinks";

export function SettingsPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("navigation.settings")} narrow>
      <SettingsLinks />
      <Section id="organization" title={t("settings.organization")}>
        <OrganizationForm />
      </Section>
      <Section id="profile" title={t("settings.profile")}>
        <ProfileForm />
      </Section>
      <Section id="password" title={t("settings.password")} text={t("settings.passwordText")}>
        <PasswordForm />
      </Section>
    </Page>
  );
}

function Section({ id, title, text, children }: { id: string; title: string; text?: string; children: ReactNode }) {
  return (
    <section id={id} aria-label={title}>
      <Sheet padded>
        <Stack>
          <div>
            <Title order={2}>{title}</Title>
            {text && (
              <Text size="sm" c="dimmed">
                {text}
              </Text>
            )}
          </div>
          {children}
        </Stack>
      </Sheet>
    </section>
  );
}
