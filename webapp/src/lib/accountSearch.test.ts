import { expect, it } from "vitest";

import { searchAccounts } from "./accountSearch";

const CHART = [
  { code: "1000", name: "Cash and bank" },
  { code: "1010", name: "Bank account" },
  { code: "1020", name: "Dépôts à terme" },
  { code: "4010", name: "Sales of goods" },
  { code: "6100", name: "Rent" },
  { code: "6510", name: "Bank charges" },
];
const codes = (typed: string) => searchAccounts(CHART, typed).map(({ code }) => code);

it("finds by the beginning of the code, the exact code first", () => {
  expect(codes("10")).toEqual(["1000", "1010", "1020"]);
  expect(codes("1010")).toEqual(["1010"]);
});

it("finds by name: its beginning before the beginning of a later word", () => {
  expect(codes("bank")).toEqual(["1010", "6510", "1000"]);
  expect(codes("ren")).toEqual(["6100"]);
});

it("needs every word, in any order", () => {
  expect(codes("charges ba")).toEqual(["6510"]);
  expect(codes("bank rent")).toEqual([]);
});

it("does not mind accents and capitals", () => {
  expect(codes("DEPOT")).toEqual(["1020"]);
});

it("gives the whole chart in its order when nothing is typed", () => {
  expect(codes("  ")).toEqual(CHART.map(({ code }) => code));
});
