import { Alert, Button, Checkbox, FileInput, Group, Modal, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "@/components/ProblemAlert";
import { importRates, ratesChanged } from "@/lib/api/currencies";
import type { RateImportResult } from "@/lib/api/types";

/** A file of rates: checked first, then stored as a whole. */
export function ImportRatesDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("books");
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [overwrite, setOverwrite] = useState(false);
  const send = async (check_only: boolean): Promise<RateImportResult> => {
    const content = (await file?.text()) ?? "";
    return importRates({ content, format: content.trimStart().startsWith("<") ? "ecb" : "csv", overwrite, check_only });
  };
  const check = useMutation({ mutationFn: () => send(true) });
  const store = useMutation({
    mutationFn: () => send(false),
    onSuccess: async ({ stored, unchanged, kept }) => {
      await ratesChanged(client);
      const rest = [unchanged > 0 && t("currencies.unchanged", { count: unchanged }), kept > 0 && t("currencies.kept", { count: kept })].filter(Boolean).join(" ");
      notifications.show({ color: "ledger", title: t("currencies.imported", { count: stored }), message: rest });
      onClose();
    },
  });
  const again = () => {
    check.reset();
    store.reset();
  };
  const report = check.data;
  const isReady = report !== undefined && !report.errors.length;
  return (
    <Modal opened onClose={onClose} title={t("currencies.importTitle")} closeButtonProps={{ "aria-label": t("action.close") }}>
      <Stack>
        <Text size="sm">{t("currencies.importText")}</Text>
        <FileInput
          label={t("currencies.file")}
          placeholder={t("currencies.fileHint")}
          leftSection={<FileUp size={15} aria-hidden />}
              styles={{ placeholder: { color: "var(--mantine-color-placeholder)" } }}
          accept=".csv,.txt,.xml,text/csv,application/xml"
          value={file}
          onChange={(chosen) => {
            setFile(chosen);
            again();
          }}
          data-autofocus
        />
        <Checkbox
          label={t("currencies.overwrite")}
          checked={overwrite}
          onChange={(event) => {
            setOverwrite(event.currentTarget.checked);
            again();
          }}
        />
        {report && <Report report={report} />}
        <ProblemAlert error={check.error ?? store.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("action.cancel")}
          </Button>
          {isReady ? (
            <Button loading={store.isPending} onClick={() => store.mutate()} disabled={!report.found}>
              {t("currencies.importSubmit", { count: report.found })}
            </Button>
          ) : (
            <Button loading={check.isPending} disabled={!file} onClick={() => check.mutate()}>
              {t("currencies.check")}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

const MOST_SHOWN = 50;

function Report({ report }: { report: RateImportResult }) {
  const { t } = useTranslation("books");
  return (
    <Stack gap="xs" role="status">
      <Text size="sm">
        {t("currencies.found", { count: report.found })}
      </Text>
      {report.errors.length > 0 && (
        <Alert color="red" title={t("currencies.wrongLines", { count: report.errors.length })}>
          <ul style={{ margin: 0, paddingInlineStart: 18 }}>
            {report.errors.slice(0, MOST_SHOWN).map(({ line, detail }) => (
              <li key={line}>{t("currencies.line", { line, detail })}</li>
            ))}
          </ul>
        </Alert>
      )}
    </Stack>
  );
}
