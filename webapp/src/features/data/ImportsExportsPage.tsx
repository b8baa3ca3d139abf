import { Button, Group, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";

import { TextLink } from "@/components/links";
import { NotAllowedPage } from "@/components/NotAllowedPage";
import { Page, Sheet } from "@/components/Page";
import { ProblemAlert } from "@/components/ProblemAlert";
import { Section } from "@/components/Section";
import { exportBooks, type ExportFormat } from "@/lib/api/exchange";
import { useAbilities } from "@/lib/organization";
import { urls } from "@/lib/urls";

import { Import } from "./Import";

/** What comes from other programs, and what goes to them. */
export function ImportsExportsPage() {
  const { t } = useTranslation("data");
  const may = useAbilities();
  if (!may("imports.create") && !may("exports.create")) return <NotAllowedPage title={t("title")} />;
  return (
    <Page
      title={t("title")}
      actions={
        may("jobs.view") && (
          <TextLink to={urls.jobs} size="sm">
            {t("jobs.title")}
          </TextLink>
        )
      }
    >
      {may("imports.create") && <Import />}
      {may("exports.create") && <Export />}
    </Page>
  );
}

const FORMATS: readonly ExportFormat[] = ["jsonl", "hledger", "beancount"];

function Export() {
  const { t } = useTranslation("data");
  const saving = useMutation({ mutationFn: exportBooks });
  return (
    <Section title={t("export.title")} text={t("export.text")}>
      <Sheet padded>
        <Group gap="lg" align="stretch">
          {FORMATS.map((format) => (
            <div key={format} style={{ flex: "1 1 220px" }}>
              <Text fw={600} size="sm">
                {t(`format.${format}`)}
              </Text>
              <Text size="sm" c="dimmed" mb="xs">
                {t(`export.about.${format}`)}
              </Text>
              <Button
                variant="default"
                size="xs"
                leftSection={<Download size={14} />}
                loading={saving.isPending && saving.variables === format}
                onClick={() => saving.mutate(format)}
                aria-label={t("export.downloadOf", { format: t(`format.${format}`) })}
              >
                {t("export.download")}
              </Button>
            </div>
          ))}
        </Group>
        <ProblemAlert error={saving.error} />
      </Sheet>
      <Text size="sm" c="dimmed">
        {t("export.lists")}
      </Text>
    </Section>
  );
}
