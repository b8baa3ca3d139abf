import { useTranslation } from "react-i18next";

import { shortNumber } from "@/lib/amounts";

export function Percentage({ value }: { value: string }) {
  const { t } = useTranslation("taxes");
  return <bdi style={{ fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" }}>{t("percent", { percent: shortNumber(value) })}</bdi>;
}
