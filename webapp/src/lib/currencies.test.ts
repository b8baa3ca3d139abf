import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { currencyDecimals } from "./currencies";

it("gives every currency the decimals that the server gives it", () => {
  const [header, ...rows] = readFileSync("../ledger_core/arithmetic/iso4217.csv", "utf-8").trim().split(/\r?\n/);
  const columns = (header ?? "").split(",");
  const server = rows.map((row) => row.split(",")).map((cells) => [cells[columns.indexOf("code")] ?? "", Number(cells[columns.indexOf("exponent")])] as const);
  expect(server.length).toBeGreaterThan(150);
  expect(server.map(([code]) => [code, currencyDecimals(code)])).toEqual(server);
});
