import { useTranslation } from "react-i18next";

import { currencyDecimals } from "@/lib/currencies";
import { locale } from "@/lib/locale";
import { absolute, formatAmount } from "@/lib/money";

import type { FaultTexts } from "./lines";

/** What is said about a journal that cannot be saved like this. */
export function useFaultTexts(currency: string): FaultTexts {
  const { t } = useTranslation();
  return {
    account: t("journals.chooseAccount"),
    twoLines: t("journals.twoLines"),
    incomplete: t("journals.totalState.incomplete"),
    unbalanced: (difference) => t("journals.unbalanced", { difference: formatAmount(absolute(difference), locale), currency }),
    amount: (error) => t(`amountError.${error}`, { decimals: currencyDecimals(currency) }),
  };
}
