/** Amounts, rates and percentages in plain text fields: checked as they were typed, read when the form is sent. */
import { i18next } from "./i18n";
import { locale } from "./locale";
import { type AmountError, isZero, parseAmount, separatorsOf } from "./money";
import { z } from "./shapes";

export interface NumberKind {
  decimals: number;
  /** Below zero too: a minus in front. */
  signed?: boolean;
}

/** Ten decimals, as the table of rates holds them. */
export const RATE = { decimals: 10 } as const;
export const PERCENT = { decimals: 4 } as const;

type Read = { ok: true; value: string } | { ok: false; error: AmountError };

/** What somebody typed into a field of this kind. */
export function parseNumber(text: string, { decimals, signed }: NumberKind): Read {
  const typed = text.trim().replace(/^[\u200e\u200f\u061c]+/, "");
  const isBelow = /^[-\u2212]/.test(typed);
  if (!isBelow || !signed) return parseAmount(typed, locale, decimals);
  const parsed = parseAmount(typed.slice(1), locale, decimals);
  return parsed.ok && !isZero(parsed.value) ? { ok: true, value: `-${parsed.value}` } : parsed;
}

/** What was typed as a decimal string; "" if it is none. */
export function readNumber(text: string, kind: NumberKind): string {
  if (!text.trim()) return "";
  const parsed = parseNumber(text, kind);
  return parsed.ok ? parsed.value : "";
}

/** "1234.50" as somebody here would type it: without groups, with their own decimal sign. */
export function typedNumber(value: string | null | undefined): string {
  if (!value) return "";
  const short = value.includes(".") ? value.replace(/0+$/, "").replace(/\.$/, "") : value;
  return short.replace(".", separatorsOf(locale).decimal);
}

/** As an amount is typed: all its decimals stay. */
export const typedAmount = (value: string | null | undefined): string => (value ?? "").replace(".", separatorsOf(locale).decimal);

/** "1.0800000000" -> "1.08": a rate or percentage as it is shown. */
export const shortNumber = typedNumber;

/** The check of such a field. An empty one passes, unless it is `required`. */
export function numberField(kind: NumberKind & { required?: boolean }) {
  return z.string().check((context) => {
    const text = context.value;
    if (!text.trim()) {
      if (kind.required) context.issues.push({ code: "custom", input: text, message: i18next.t("form.required") });
      return;
    }
    const parsed = parseNumber(text, kind);
    if (!parsed.ok) context.issues.push({ code: "custom", input: text, message: i18next.t(`amountError.${parsed.error === "negative" ? "below_zero" : parsed.error}`, { decimals: kind.decimals }) });
  });
}
