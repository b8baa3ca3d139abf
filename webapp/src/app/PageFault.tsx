import { Stack } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { Page } from "@/components/Page";
import { ProblemAlert } from "@/components/ProblemAlert";

/** A page that broke, or a part of the app that could not be loaded: say so and offer to load it again. */
export function PageFault({ error }: ErrorComponentProps) {
  const { t } = useTranslation();
  return (
    <Page title={t("problem.fault.page")} narrow>
      <Stack>
        <ProblemAlert error={error} onRetry={() => window.location.reload()} />
      </Stack>
    </Page>
  );
}
