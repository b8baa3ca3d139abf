import { useTranslation } from "react-i18next";

import { StatusBadge } from "@/components/StatusBadge";

const TONES: Record<string, "neutral" | "good" | "waiting" | "bad"> = {
  draft: "waiting",
  overdue: "bad",
  expired: "bad",
  written_off: "bad",
  partly_paid: "waiting",
  partly_billed: "waiting",
  partly_converted: "waiting",
  partly_applied: "waiting",
  paid: "good",
  applied: "good",
  billed: "good",
  converted: "good",
  accepted: "good",
  published: "good",
};

/** What a document is called today. */
export function DocumentState({ state }: { state: string }) {
  const { t } = useTranslation();
  return <StatusBadge tone={TONES[state] ?? "neutral"}>{t(`documentState.${state as "draft"}`)}</StatusBadge>;
}
