import { useTranslation } from "react-i18next";

import { StatusBadge } from "@/components/StatusBadge";
import type { Template } from "@/lib/api/recurring";

const TONES = { active: "good", paused: "neutral", needs_attention: "bad", finished: "neutral" } as const;

export function TemplateState({ state }: Pick<Template, "state">) {
  const { t } = useTranslation("recurring");
  return <StatusBadge tone={TONES[state]}>{t(`states.${state}`)}</StatusBadge>;
}
