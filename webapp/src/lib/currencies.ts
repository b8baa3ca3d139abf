/**
 * Decimals of the currencies (ISO 4217) that do not have two. Not from `Intl`: browsers follow CLDR, which gives some
 * currencies fewer decimals than the standard, and then an amount could not be typed as the books hold it.
 * A test compares this with the server's list.
 */
const OTHER_THAN_TWO: Record<string, string> = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW",
};

const decimals = new Map(Object.entries(OTHER_THAN_TWO).flatMap(([count, codes]) => codes.split(" ").map((code) => [code, Number(count)] as const)));

export function currencyDecimals(code: string): number {
  return decimals.get(code) ?? 2;
}

interface Choice {
  value: string;
  label: string;
}

/** Named by code and by name, so that both can be typed: "CZK · Czech Koruna". */
export function currencyChoices(choices: readonly Choice[]): Choice[] {
  return choices.map(({ value, label }) => ({ value, label: `${value} · ${label}` })).sort((left, right) => (left.value < right.value ? -1 : 1));
}
