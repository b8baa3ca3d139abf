import { useTranslation } from "react-i18next";

import { Page } from "@/components/Page";

/** An address that names no kind of document. */
export function UnknownKindPage() {
  const { t } = useTranslation();
  return <Page title={t("notFound.title")}>{t("notFound.text")}</Page>;
}
