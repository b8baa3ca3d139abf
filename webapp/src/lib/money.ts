/**
 * Amounts are decimal strings, exactly as the API gives and takes them. Arithmetic runs on BigInt minor units: a
 * JavaScript number would lose cents beyond 2^53 and cannot hold 0.1.
 */

/** The API holds a line up to 10^13 major units. */
const LARGEST_MAJOR = 10n ** 13n;
const PLAIN = /^(-?)(\d+)(?:\.(\d+))?$/;

export type AmountError = "not_an_amount" | "too_many_decimals" | "negative" | "too_large";
export type ParsedAmount = { ok: true; value: string } | { ok: false; error: AmountError };

/** "1234.5" with 2 decimals -> 123450n. Throws on what the API would never send. */
export function toMinor(value: string, decimals: number): bigint {
  const match = PLAIN.exec(value);
  if (!match) throw new RangeError(`Not an amount: ${value}`);
  const [, sign, whole = "0", fraction = ""] = match;
  if (fraction.slice(decimals).replace(/0+$/, "")) throw new RangeError(`${value} has more than ${decimals} decimals`);
  const minor = BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, "0"));
  return sign ? -minor : minor;
}

/** 123450n with 2 decimals -> "1234.50". */
export function fromMinor(minor: bigint, decimals: number): string {
  const digits = (minor < 0n ? -minor : minor).toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = decimals ? `.${digits.slice(-decimals)}` : "";
  return `${minor < 0n ? "-" : ""}${whole}${fraction}`;
}

/** The exact sum of decimal strings; an empty string counts as nothing. */
export function sum(values: readonly string[], decimals: number): string {
  return fromMinor(values.reduce((total, value) => total + (value ? toMinor(value, decimals) : 0n), 0n), decimals);
}

export function subtract(left: string, right: string, decimals: number): string {
  return fromMinor(toMinor(left, decimals) - toMinor(right, decimals), decimals);
}

export function isZero(value: string): boolean {
  return /^-?0*(\.0*)?$/.test(value);
}

export function isNegative(value: string): boolean {
  return value.startsWith("-") && !isZero(value);
}

export function absolute(value: string): string {
  return value.replace(/^-/, "");
}

/** How many decimals a string shows: "12.340" -> 3. */
export function decimalsOf(value: string): number {
  return PLAIN.exec(value)?.[3]?.length ?? 0;
}

/** "16.5" with 2 decimals -> "16.50": a price shows at least the currency's decimals, and all that it has. */
export function padded(value: string, decimals: number): string {
  const missing = decimals - decimalsOf(value);
  return missing > 0 ? `${value}${value.includes(".") ? "" : "."}${"0".repeat(missing)}` : value;
}

interface Separators {
  decimal: string;
  group: string;
  digits: string[];
}

const separatorsByLocale = new Map<string, Separators>();

export function separatorsOf(locale: string): Separators {
  const known = separatorsByLocale.get(locale);
  if (known) return known;
  const format = new Intl.NumberFormat(locale, { useGrouping: true, minimumFractionDigits: 1 });
  const parts = format.formatToParts(-1234567.5);
  const digit = new Intl.NumberFormat(locale, { useGrouping: false });
  const found = {
    decimal: parts.find((part) => part.type === "decimal")?.value ?? ".",
    group: parts.find((part) => part.type === "group")?.value ?? ",",
    digits: Array.from({ length: 10 }, (_, value) => digit.format(value)),
  };
  separatorsByLocale.set(locale, found);
  return found;
}

/** "-1234567.50" -> "(1,234,567.50)" in English: negative amounts stand in parentheses, as accountants write them. */
export function formatAmount(value: string, locale: string): string {
  const match = PLAIN.exec(value);
  if (!match) return value;
  const [, , whole = "0", fraction] = match;
  const { decimal, digits } = separatorsOf(locale);
  const grouped = new Intl.NumberFormat(locale, { useGrouping: true }).format(BigInt(whole));
  const shown = fraction ? grouped + decimal + fraction.replace(/\d/g, (digit) => digits[Number(digit)] ?? digit) : grouped;
  return isNegative(value) ? `(${shown})` : shown;
}

/**
 * What a person typed -> a decimal string. Accepts the locale's own separators, and a plain point with one or two digits
 * after it (the key on the number pad). Anything doubtful is an error, never a guess.
 */
export function parseAmount(text: string, locale: string, decimals: number): ParsedAmount {
  const { decimal, group, digits } = separatorsOf(locale);
  let typed = text.trim().replace(/[\s\u00a0\u202f]/g, "");
  digits.forEach((digit, value) => (typed = typed.replaceAll(digit, String(value))));
  if (decimal !== "." && /^[+-]?\d+\.\d{1,2}$/.test(typed)) typed = typed.replace(".", decimal);
  const [whole = "", fraction = "", ...rest] = typed.split(decimal);
  const plainGroup = /\s/.test(group) ? "" : group;
  const ungrouped = plainGroup ? whole.replaceAll(plainGroup, "") : whole;
  if (rest.length || !/^[+-]?\d*$/.test(ungrouped) || !/^\d*$/.test(fraction) || !/\d/.test(ungrouped + fraction)) {
    return { ok: false, error: "not_an_amount" };
  }
  if (plainGroup && whole.includes(plainGroup) && !isGrouped(whole, plainGroup)) return { ok: false, error: "not_an_amount" };
  if (ungrouped.startsWith("-")) return { ok: false, error: "negative" };
  if (fraction.replace(/0+$/, "").length > decimals) return { ok: false, error: "too_many_decimals" };
  const minor = toMinor(`${ungrouped.replace("+", "") || "0"}${fraction ? `.${fraction}` : ""}`, decimals);
  if (minor > LARGEST_MAJOR * 10n ** BigInt(decimals)) return { ok: false, error: "too_large" };
  return { ok: true, value: fromMinor(minor, decimals) };
}

/** Groups after the first have two (Indian) or three digits, the last one three: "12,34,567" and "1,234,567". */
function isGrouped(whole: string, group: string): boolean {
  const [first = "", ...others] = whole.replace(/^[+-]/, "").split(group);
  return first.length >= 1 && first.length <= 3 && others.every((part, index) => (index === others.length - 1 ? part.length === 3 : part.length === 2 || part.length === 3));
}
