import { useTranslation } from "react-i18next";

import type { Template } from "@/lib/api/recurring";

/** "Every 2 months". */
export function useRhythm(): (template: Pick<Template, "frequency" | "interval">) => string {
  const { t } = useTranslation("recurring");
  return ({ frequency, interval }) => t(`every.${frequency}`, { count: interval });
}
