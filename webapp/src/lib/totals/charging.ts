/** Charging taxes on several amounts at once, in whole minor units (ledger_core/arithmetic/charging.py). */
import { added, at, type Rounding } from "./rounding";
import { type Effect, HUNDRED, type Levy, type Mixture, type TaxKind } from "./taxes";

export interface LineTax {
  id: number;
  taxable: bigint;
  amount: bigint;
  recoverable: bigint;
  unrecoverable: bigint;
}

/** An amount and its taxes: `tax` is what is added, `unrecoverable` the part of it that joins a cost. */
export interface Taxed {
  taxable: bigint;
  tax: bigint;
  unrecoverable: bigint;
  taxes: readonly LineTax[];
  levies: readonly Levy[];
}

export interface TaxTotal extends LineTax {
  percent: bigint;
  kind: TaxKind;
  effect: Effect;
}

type Place = readonly [row: number, slot: number];

const gcd = (left: bigint, right: bigint): bigint => (right === 0n ? left : gcd(right, left % right));
const commonMultiple = (values: readonly bigint[]) => values.reduce((multiple, value) => (multiple / gcd(multiple, value)) * value, 1n);

/** The taxes on each price: each tax exact over all prices, then rounded as `rounding` does. */
export function charge(prices: readonly bigint[], mixtures: readonly Mixture[], rounding: Rounding): Taxed[] {
  const amounts = mixtures.map(({ levies }) => levies.map(() => 0n));
  const recovered = mixtures.map(({ levies }) => levies.map(() => 0n));
  const owed = prices.map(() => 0n); // added taxes, exact less rounded, over each mixture's denominator
  for (const places of placesOf(mixtures)) {
    const ranks = places.map(([row]) => at(mixtures, row).ids);
    const charged = chargedOf(prices, mixtures, places, rounding, ranks, owed);
    const [row, slot] = at(places, 0);
    const claimed = recoverableOf(charged, at(at(mixtures, row).levies, slot), rounding, ranks);
    places.forEach(([line, place], index) => {
      at(amounts, line)[place] = at(charged, index);
      at(recovered, line)[place] = at(claimed, index);
    });
  }
  return prices.map((price, row) => taxedOf(price, at(mixtures, row), at(amounts, row), at(recovered, row)));
}

/** What of each price is not tax. */
export function withoutTax(prices: readonly bigint[], mixtures: readonly Mixture[], rounding: Rounding): bigint[] {
  if (!mixtures.some(({ included }) => included)) return [...prices];
  const denominator = commonMultiple(mixtures.map((mixture) => mixture.denominator));
  const numerators = prices.map((price, row) => price * at(mixtures, row).net * (denominator / at(mixtures, row).denominator));
  return rounding(
    numerators,
    denominator,
    mixtures.map(({ ids }) => ids),
  );
}

/** One total for each tax, by id. */
export function taxTotals(taxed: readonly Taxed[]): TaxTotal[] {
  const byId = new Map<number, TaxTotal>();
  for (const { taxes, levies } of taxed) {
    taxes.forEach((tax, place) => {
      const { tax: rate, effect } = at(levies, place);
      const known = byId.get(tax.id) ?? { id: tax.id, percent: rate.percent, kind: rate.kind, effect, taxable: 0n, amount: 0n, recoverable: 0n, unrecoverable: 0n };
      byId.set(tax.id, {
        ...known,
        taxable: known.taxable + tax.taxable,
        amount: known.amount + tax.amount,
        recoverable: known.recoverable + tax.recoverable,
        unrecoverable: known.unrecoverable + tax.unrecoverable,
      });
    });
  }
  return [...byId.values()].sort((one, other) => one.id - other.id);
}

/** Where each tax is charged, in the order of their ids. */
function placesOf(mixtures: readonly Mixture[]): Place[][] {
  const places = new Map<number, Place[]>();
  mixtures.forEach(({ ids }, row) => ids.forEach((id, slot) => places.set(id, [...(places.get(id) ?? []), [row, slot]])));
  return [...places].sort(([one], [other]) => one - other).map(([, found]) => found);
}

function chargedOf(prices: readonly bigint[], mixtures: readonly Mixture[], places: readonly Place[], rounding: Rounding, ranks: readonly (readonly number[])[], owed: bigint[]): bigint[] {
  const denominator = commonMultiple(places.map(([row]) => at(mixtures, row).denominator));
  const scales = places.map(([row]) => denominator / at(mixtures, row).denominator);
  const exact = places.map(([row, slot]) => at(prices, row) * at(at(mixtures, row).levies, slot).numerator);
  const charged = rounding(
    exact.map((part, index) => part * at(scales, index)),
    denominator,
    ranks,
    places.map(([row], index) => at(owed, row) * at(scales, index)),
  );
  places.forEach(([row, slot], index) => {
    const mixture = at(mixtures, row);
    if (at(mixture.levies, slot).effect === "added") owed[row] = at(owed, row) + at(exact, index) - at(charged, index) * mixture.denominator;
  });
  return charged;
}

function recoverableOf(charged: readonly bigint[], levy: Levy, rounding: Rounding, ranks: readonly (readonly number[])[]): bigint[] {
  if (levy.recoverable === HUNDRED) return [...charged];
  return rounding(
    charged.map((amount) => amount * (levy.recoverable ?? 0n)),
    HUNDRED,
    ranks,
  );
}

function taxedOf(price: bigint, mixture: Mixture, amounts: readonly bigint[], recovered: readonly bigint[]): Taxed {
  const { levies } = mixture;
  const tax = added(amounts.filter((_, place) => at(levies, place).effect === "added"));
  const net = mixture.included ? price - tax : price;
  const taxes = levies.map((levy, place) => ({
    id: levy.tax.id,
    taxable: net + added(levy.before.map((earlier) => at(amounts, earlier))),
    amount: at(amounts, place),
    recoverable: at(recovered, place),
    unrecoverable: levy.recoverable === null ? 0n : at(amounts, place) - at(recovered, place),
  }));
  return { taxable: net, tax, unrecoverable: added(taxes.map(({ unrecoverable }) => unrecoverable)), taxes, levies };
}
