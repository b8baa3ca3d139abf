import { useTranslation } from "react-i18next";

import { StatusBadge } from "@/components/StatusBadge";
import type { JournalStatus } from "@/lib/api/types";

const TONES = { draft: "waiting", published: "good", void: "neutral" } as const;

export function JournalStatusBadge({ status }: { status: JournalStatus }) {
  const { t } = useTranslation();
  return <StatusBadge tone={TONES[status]}>{t(`journals.status.${status}`)}</StatusBadge>;
}
