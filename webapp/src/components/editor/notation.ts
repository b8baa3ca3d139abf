/** How figures stand in fields. */
import { locale } from "@/lib/locale";
import { formatAmount, isNegative } from "@/lib/money";

/** "-1234.50" -> "-1,234.50": parentheses are for reading, not for typing. */
export const grouped = (value: string) => (isNegative(value) ? `-${formatAmount(value.slice(1), locale)}` : formatAmount(value, locale));

/** "75.00000000" -> "75.00": further decimals stand only where they say something. */
export function trimmed(value: string, least: number): string {
  const [whole = "0", fraction = ""] = value.split(".");
  const said = fraction.replace(/0+$/, "").padEnd(least, "0");
  return said ? `${whole}.${said}` : whole;
}
