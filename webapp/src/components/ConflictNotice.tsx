import { Alert, Button, Group, Text } from "@mantine/core";
import { GitCompareArrows } from "lucide-react";
import { useTranslation } from "react-i18next";

interface Props {
  /** Forget what was typed and show what there is now. */
  onReload: () => void;
  /** Send what was typed once more, over the other change. */
  onKeep: () => void;
  isBusy?: boolean;
}

/** Somebody else changed it since this person began: nobody's work is overwritten without being asked. */
export function ConflictNotice({ onReload, onKeep, isBusy = false }: Props) {
  const { t } = useTranslation();
  return (
    <Alert role="alert" color="yellow" variant="light" icon={<GitCompareArrows size={18} />} title={t("conflict.title")}>
      <Text size="sm">{t("conflict.text")}</Text>
      <Group gap="xs" mt="xs">
        <Button size="xs" variant="default" onClick={onReload} disabled={isBusy}>
          {t("conflict.reload")}
        </Button>
        <Button size="xs" variant="default" onClick={onKeep} loading={isBusy}>
          {t("conflict.keep")}
        </Button>
      </Group>
    </Alert>
  );
}
