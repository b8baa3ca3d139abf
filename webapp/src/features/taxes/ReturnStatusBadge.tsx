import { useTranslation } from "react-i18next";

import { StatusBadge } from "@/components/StatusBadge";
import type { TaxReturnSummary } from "@/lib/api/types";

const TONES = { draft: "waiting", filed: "good", paid: "good", unfiled: "neutral" } as const;

export function ReturnStatusBadge({ status }: Pick<TaxReturnSummary, "status">) {
  const { t } = useTranslation("taxes");
  return <StatusBadge tone={TONES[status]}>{t(`returns.status.${status}`)}</StatusBadge>;
}
