import { expect, test } from "vitest";

import { everyNth, scaleOf, ticksOf } from "./scale";

test("ticks are round, hold zero and reach beyond both ends", () => {
  expect(ticksOf([27891.62, -1532.48])).toEqual([-10000, 0, 10000, 20000, 30000]);
  expect(ticksOf([0, 0])).toEqual([0, 1]);
  expect(ticksOf([3])).toEqual([0, 1, 2, 3]);
});

test("a scale runs from one end to the other, also downwards", () => {
  const y = scaleOf([0, 10], [200, 0]);
  expect([y(0), y(5), y(10)]).toEqual([200, 100, 0]);
});

test("labels that would run into each other are left out", () => {
  expect(everyNth(12, 900)).toBe(1);
  expect(everyNth(13, 300)).toBe(3);
});
