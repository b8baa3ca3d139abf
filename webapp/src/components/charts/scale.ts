/** From amounts to places on a drawing. Only here an amount becomes a number: a pixel needs no cents. */

export const sizeOf = (amount: string): number => Number(amount);

const STEPS = [1, 2, 2.5, 5, 10];

/** Round figures from below the least to above the most, zero among them. */
export function ticksOf(values: readonly number[], wanted = 4): number[] {
  const least = Math.min(0, ...values);
  const most = Math.max(0, ...values);
  if (least === most) return [0, 1];
  const rough = (most - least) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.floor(least / step);
  const last = Math.ceil(most / step);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/** A linear scale: where a value stands between two ends. */
export const scaleOf = (from: readonly [number, number], to: readonly [number, number]) => (value: number) =>
  to[0] + ((value - from[0]) / (from[1] - from[0] || 1)) * (to[1] - to[0]);

/** Every how many labels are shown, so that none runs into the next. */
export const everyNth = (count: number, room: number, width = 64): number => Math.max(1, Math.ceil((count * width) / Math.max(room, 1)));
