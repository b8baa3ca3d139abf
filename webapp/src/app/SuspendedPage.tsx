import { CirclePause } from "lucide-react";
import { useTranslation } from "react-i18next";

import { EmptyState } from "@/components/EmptyState";
import { Page, Sheet } from "@/components/Page";
import type { Organization } from "@/lib/api/types";

export function SuspendedPage({ organization }: { organization: Organization }) {
  const { t } = useTranslation();
  const title = t(organization.state === "deleting" ? "suspended.deleting" : "suspended.title", { name: organization.name });
  return (
    <Page title={organization.name} narrow>
      <Sheet>
        <EmptyState icon={CirclePause} title={title} text={t(organization.state === "deleting" ? "suspended.deletingText" : "suspended.text")} />
      </Sheet>
    </Page>
  );
}
