import { Compass } from "lucide-react";
import { useTranslation } from "react-i18next";

import { EmptyState } from "@/components/EmptyState";
import { ButtonLink } from "@/components/links";
import { useDocumentTitle } from "@/components/Page";
import { urls } from "@/lib/urls";

export function NotFoundPage() {
  const { t } = useTranslation();
  useDocumentTitle(t("notFound.title"));
  return (
    <main>
      <EmptyState isPage icon={Compass} title={t("notFound.title")} text={t("notFound.text")} action={<ButtonLink to={urls.home}>{t("notFound.home")}</ButtonLink>} />
    </main>
  );
}
