/** How figures stand in fields. */
import { locale } from "@/lib/locale";
import { formatAmount, isNegative } from "@/lib/money";

/** "-1234.50" -> "-1,234.50": parentheses are for reading, not for typing. */
export const grouped = (value: string) => (isNegative(value) ? `-${formatAmount(value.slice(1), locale)}` : formatAmount(value, locale));
