import { Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { EntriesPreview } from "@/components/EntriesPreview";
import { useFocusBack } from "@/components/useFocusBack";
import type { DryRun } from "@/lib/api/dryRun";

/** What saving or a step would post, before it does. */
export function PreviewDialog({ answer, onClose }: { answer: DryRun; onClose: () => void }) {
  const { t } = useTranslation();
  useFocusBack();
  return (
    <Modal opened onClose={onClose} title={t("editor.previewTitle")} size="lg" closeButtonProps={{ "aria-label": t("action.close") }}>
      <EntriesPreview answer={answer} />
    </Modal>
  );
}
