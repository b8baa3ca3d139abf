/** What several taxes together make of a price, as exact parts of it (ledger_core/arithmetic/taxes.py). */
import { at, divideHalfUp } from "./rounding";

/** 100 %, in 10^-4 percent. */
export const HUNDRED = 1_000_000n;

export type TaxKind = "standard" | "zero_rated" | "exempt" | "out_of_scope" | "reverse_charge" | "withholding";
/** Charged by the supplier; owed by the buyer; kept back by the payer; only reported. */
export type Effect = "added" | "self_assessed" | "withheld" | "reported";

/** A tax at the rate it has on the day of the document: `percent` and `recoverable` in 10^-4 percent. */
export interface Tax {
  id: number;
  percent: bigint;
  kind: TaxKind;
  compound: boolean;
  recoverable: bigint;
}

/** One of the taxes on a price, exactly: price x numerator / the mixture's denominator. */
export interface Levy {
  tax: Tax;
  effect: Effect;
  numerator: bigint;
  /** Places of the taxes that its base includes. */
  before: readonly number[];
  /** The share claimed back; null where that is no question. */
  recoverable: bigint | null;
}

export interface Mixture {
  levies: readonly Levy[];
  ids: readonly number[];
  included: boolean;
  net: bigint;
  denominator: bigint;
}

const EFFECTS: Record<TaxKind, readonly [sale: Effect, purchase: Effect]> = {
  standard: ["added", "added"],
  zero_rated: ["reported", "reported"],
  exempt: ["reported", "reported"],
  out_of_scope: ["reported", "reported"],
  withholding: ["withheld", "withheld"],
  reverse_charge: ["reported", "self_assessed"],
};

const IN_BASE_OF: Record<Effect, readonly Effect[]> = {
  added: ["added"],
  self_assessed: ["added", "self_assessed"],
  withheld: ["added"],
  reported: ["added"],
};

const gcd = (left: bigint, right: bigint): bigint => (right === 0n ? (left < 0n ? -left : left) : gcd(right, left % right));

export function mixtureOf(taxes: readonly Tax[], isPurchase: boolean, included: boolean): Mixture {
  const net = HUNDRED ** BigInt(taxes.length); // so that every division below has no remainder
  const levies = leviesOf(taxes, net, isPurchase);
  const denominator = included ? levies.reduce((sum, { effect, numerator }) => (effect === "added" ? sum + numerator : sum), net) : net;
  const common = levies.reduce((divisor, { numerator }) => gcd(divisor, numerator), gcd(net, denominator));
  return {
    levies: levies.map((levy) => ({ ...levy, numerator: levy.numerator / common })),
    ids: taxes.map(({ id }) => id),
    included,
    net: net / common,
    denominator: denominator / common,
  };
}

function leviesOf(taxes: readonly Tax[], net: bigint, isPurchase: boolean): Levy[] {
  const levies: Levy[] = [];
  for (const tax of taxes) {
    const effect = at(EFFECTS[tax.kind], isPurchase ? 1 : 0);
    const before = tax.compound ? levies.flatMap((levy, place) => (IN_BASE_OF[effect].includes(levy.effect) ? [place] : [])) : [];
    const base = before.reduce((sum, place) => sum + at(levies, place).numerator, net);
    const percent = effect === "reported" ? 0n : tax.percent;
    const isPayable = effect === "added" || effect === "self_assessed";
    levies.push({ tax, effect, numerator: (base * percent) / HUNDRED, before, recoverable: isPurchase && isPayable ? tax.recoverable : null });
  }
  return levies;
}

/** A unit price with tax as one without, or the other way round, in the same scale. */
export function priceWithin(price: bigint, taxes: readonly Tax[], isPurchase: boolean, includesTax: boolean): bigint {
  const { net, denominator } = mixtureOf(taxes, isPurchase, true);
  return includesTax ? divideHalfUp(price * net, denominator) : divideHalfUp(price * denominator, net);
}
