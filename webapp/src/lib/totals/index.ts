/**
 * What a document adds up to, to the minor unit as the server computes it (ledger_core/arithmetic/totals.py): figures
 * stand on the screen while somebody types, and none of them moves when the document is saved. `vectors.json`, written
 * by the server's own arithmetic, holds the two together: pytest and vitest both check it.
 */
import { charge, type LineTax, type Taxed, type TaxTotal, taxTotals, withoutTax } from "./charging";
import { added, at, divideHalfUp, roundEach, roundTogether } from "./rounding";
import { HUNDRED, type Mixture, mixtureOf, type Tax } from "./taxes";

export type { LineTax, TaxTotal } from "./charging";
export { divideHalfUp } from "./rounding";
export { type Effect, HUNDRED, priceWithin, type Tax, type TaxKind } from "./taxes";

export const QUANTITY_DECIMALS = 6;
export const PRICE_DECIMALS = 8;
export const PERCENT_DECIMALS = 4;
export const RATE_DECIMALS = 10;
const PER_PIECE = 10n ** BigInt(QUANTITY_DECIMALS + PRICE_DECIMALS);

/** A percentage (of 10^-4 percent) or, where that is null, an amount as prices are written. */
export interface Discount {
  percent: bigint | null;
  amount: bigint;
}

export interface LineInput {
  quantity: bigint;
  unitPrice: bigint;
  discount?: Discount | undefined;
  taxes: readonly Tax[];
}

export interface DocumentInput {
  /** Of the currency: a unit is 10^decimals minor units. */
  decimals: number;
  lines: readonly LineInput[];
  pricesIncludeTax: boolean;
  rounding: "document" | "line";
  discount?: Discount | undefined;
  shipping?: { amount: bigint; taxes: readonly Tax[] } | undefined;
  adjustment: bigint;
  /** The total ends on a multiple of so many minor units; 0 leaves it alone. */
  roundTotalTo: bigint;
  isPurchase: boolean;
}

/** All but the first two without tax unless they say so. */
export interface LineTotals {
  amount: bigint;
  discount: bigint;
  net: bigint;
  documentDiscount: bigint;
  taxable: bigint;
  tax: bigint;
  unrecoverable: bigint;
  taxes: readonly LineTax[];
  total: bigint;
}

export interface Totals {
  lines: readonly LineTotals[];
  taxes: readonly TaxTotal[];
  subtotal: bigint;
  discount: bigint;
  shippingNet: bigint;
  shippingTax: bigint;
  tax: bigint;
  selfAssessed: bigint;
  withheld: bigint;
  adjustment: bigint;
  rounding: bigint;
  total: bigint;
}

const taken = (discount: Discount | undefined, amount: bigint) =>
  !discount ? 0n : discount.percent === null ? discount.amount : divideHalfUp(amount * discount.percent, HUNDRED);

/** Null where an amount is to be taken off lines that sum to zero: nothing says how to share it. */
export function totals(document: DocumentInput): Totals | null {
  const { isPurchase, pricesIncludeTax, decimals, shipping = { amount: 0n, taxes: [] } } = document;
  const rounding = document.rounding === "line" ? roundEach : roundTogether;
  const mixtures = document.lines.map(({ taxes }) => mixtureOf(taxes, isPurchase, pricesIncludeTax));
  const minorUnits = 10n ** BigInt(decimals);
  const amounts = document.lines.map(({ quantity, unitPrice }) => divideHalfUp(quantity * unitPrice * minorUnits, PER_PIECE));
  const discounts = document.lines.map(({ discount }, row) => taken(discount, at(amounts, row)));
  const prices = amounts.map((amount, row) => amount - at(discounts, row));
  const takenOff = sharedDiscount(document.discount, prices, mixtures);
  if (!takenOff) return null;
  const taxed = charge(
    [...prices.map((price, row) => price - at(takenOff, row)), shipping.amount],
    [...mixtures, mixtureOf(shipping.taxes, isPurchase, pricesIncludeTax)],
    rounding,
  );
  const documentDiscounts = withoutTax(takenOff, mixtures, rounding);
  const lines = amounts.map((amount, row) => lineOf(amount, at(discounts, row), at(documentDiscounts, row), at(taxed, row)));
  return totalsOf(document, lines, at(taxed, lines.length), taxTotals(taxed));
}

/** The document's discount, as priced, shared over the lines by what they come to. */
function sharedDiscount(discount: Discount | undefined, prices: readonly bigint[], mixtures: readonly Mixture[]): bigint[] | null {
  if (!discount || (discount.percent === null && discount.amount === 0n)) return prices.map(() => 0n);
  const ranks = mixtures.map(({ ids }) => ids);
  const { percent, amount } = discount;
  if (percent !== null) {
    return roundTogether(
      prices.map((price) => price * percent),
      HUNDRED,
      ranks,
    );
  }
  const whole = added(prices);
  if (whole === 0n) return null;
  const sign = whole > 0n ? 1n : -1n;
  return roundTogether(
    prices.map((price) => price * amount * sign),
    whole * sign,
    ranks,
  );
}

function lineOf(amount: bigint, discount: bigint, documentDiscount: bigint, taxed: Taxed): LineTotals {
  const { taxable, tax, unrecoverable, taxes } = taxed;
  return { amount, discount, net: taxable + documentDiscount, documentDiscount, taxable, tax, unrecoverable, taxes, total: taxable + tax };
}

function totalsOf(document: DocumentInput, lines: readonly LineTotals[], shipping: Taxed, taxes: readonly TaxTotal[]): Totals {
  const { adjustment, roundTotalTo } = document;
  const tax = added(lines.map((line) => line.tax)) + shipping.tax;
  const unrounded = added(lines.map(({ taxable }) => taxable)) + shipping.taxable + tax + adjustment;
  const total = roundTotalTo ? divideHalfUp(unrounded, roundTotalTo) * roundTotalTo : unrounded;
  const ofEffect = (wanted: string) => added(taxes.filter(({ effect }) => effect === wanted).map(({ amount }) => amount));
  return {
    lines,
    taxes,
    subtotal: added(lines.map(({ net }) => net)),
    discount: added(lines.map(({ documentDiscount }) => documentDiscount)),
    shippingNet: shipping.taxable,
    shippingTax: shipping.tax,
    tax,
    selfAssessed: ofEffect("self_assessed"),
    withheld: ofEffect("withheld"),
    adjustment,
    rounding: total - unrounded,
    total,
  };
}

/** An amount of minor units in another currency, at what one unit costs there (10^-10), as the server converts it. */
export const converted = (amount: bigint, rate: bigint, from: number, to: number): bigint =>
  divideHalfUp(amount * rate * 10n ** BigInt(to), 10n ** BigInt(RATE_DECIMALS + from));
