import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { currencyChoices, currencyDecimals } from "./currencies";

it("gives every currency the decimals that the server gives it", () => {
  const [header, ...rows] = readFileSync("../ledger_core/arithmetic/iso4217.csv", "utf-8").trim().split(/\r?\n/);
  const columns = (header ?? "").split(",");
  const server = rows.map((row) => row.split(",")).map((cells) => [cells[columns.indexOf("code")] ?? "", Number(cells[columns.indexOf("exponent")])] as const);
  expect(server.length).toBeGreaterThan(150);
  expect(server.map(([code]) => [code, currencyDecimals(code)])).toEqual(server);
});

it("offers currencies by code and name, in the order of their codes", () => {
  const choices = [
    { value: "EUR", label: "Euro" },
    { value: "CZK", label: "Czech Koruna" },
  ];
  expect(currencyChoices(choices)).toEqual([
    { value: "CZK", label: "CZK · Czech Koruna" },
    { value: "EUR", label: "EUR · Euro" },
  ]);
});
