/**
 * Rounding exact parts of one amount to whole minor units, as the server does (ledger_core/arithmetic/sharing.py). All
 * parts are BigInt fractions over one denominator.
 */

export type Rounding = (numerators: readonly bigint[], denominator: bigint, ranks: readonly (readonly number[])[], owed?: readonly bigint[]) => bigint[];

const magnitude = (value: bigint) => (value < 0n ? -value : value);

/** The quotient rounded to a whole number, halves away from zero. */
export function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  const divisor = magnitude(denominator);
  const quotient = (2n * magnitude(numerator) + divisor) / (2n * divisor);
  return numerator < 0n !== denominator < 0n ? -quotient : quotient;
}

export const added = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);

/** The element at a place that is known to be there. */
export function at<Value>(values: readonly Value[], place: number): Value {
  return values[place] as Value;
}

function compareRanks(left: readonly number[], right: readonly number[]): number {
  for (let place = 0; place < Math.min(left.length, right.length); place++) {
    if (at(left, place) !== at(right, place)) return at(left, place) - at(right, place);
  }
  return left.length - right.length;
}

const compare = (left: bigint, right: bigint) => (left < right ? -1 : left > right ? 1 : 0);

/** The parts as whole numbers that sum to the rounded sum of the parts (largest remainder). */
export const roundTogether: Rounding = (numerators, denominator, ranks, owed = []) => {
  const shares = numerators.map((number) => number / denominator); // towards zero
  const left = divideHalfUp(added(numerators), denominator) - added(shares);
  if (left === 0n) return shares;
  const unit = left > 0n ? 1n : -1n;
  const claims = numerators.map((number, place) => {
    const remainder = unit * (number - at(shares, place) * denominator);
    const due = owed.length ? remainder + unit * at(owed, place) : remainder;
    return { place, isNothing: remainder <= 0n, due, size: unit * number };
  });
  claims.sort(
    (one, other) =>
      Number(one.isNothing) - Number(other.isNothing) ||
      compare(other.due, one.due) ||
      compare(other.size, one.size) ||
      compareRanks(at(ranks, one.place), at(ranks, other.place)) ||
      one.place - other.place,
  );
  for (const { place } of claims.slice(0, Number(magnitude(left)))) shares[place] = at(shares, place) + unit;
  return shares;
};

/** Every part rounded by itself. */
export const roundEach: Rounding = (numerators, denominator) => numerators.map((number) => divideHalfUp(number, denominator));
