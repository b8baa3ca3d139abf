import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useOrganization } from "@/lib/organization";

import { Page } from "./Page";

/** Instead of a page that the person's role does not open. */
export function NotAllowedPage({ title }: { title: string }) {
  const { t } = useTranslation();
  const { name, role } = useOrganization();
  return (
    <Page title={title} narrow>
      <Text>{t("notAllowed.text", { organization: name, role: t(`role.${role}`) })}</Text>
    </Page>
  );
}
