import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { Page } from "@/components/Page";

export function UnknownKindPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("notFound.title")}>
      <Text>{t("notFound.text")}</Text>
    </Page>
  );
}
