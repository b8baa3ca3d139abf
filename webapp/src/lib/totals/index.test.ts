import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { priceWithin, type Tax, type TaxKind, totals } from ".";

interface GivenTax {
  id: string;
  percent: string;
  kind: TaxKind;
  compound: boolean;
  recoverable: string;
}

interface GivenDiscount {
  percent: string | null;
  amount: string;
}

interface Vector {
  document: {
    decimals: string;
    lines: { quantity: string; unit_price: string; discount: GivenDiscount | null; taxes: GivenTax[] }[];
    prices_include_tax: boolean;
    rounding: "document" | "line";
    discount: GivenDiscount | null;
    shipping: { amount: string; taxes: GivenTax[] } | null;
    adjustment: string;
    round_total_to: string;
    is_purchase: boolean;
  };
  totals: Record<string, unknown> | null;
}

const vectors = JSON.parse(readFileSync("src/lib/totals/vectors.json", "utf-8")) as Vector[];

const taxOf = ({ id, percent, kind, compound, recoverable }: GivenTax): Tax => ({ id: Number(id), percent: BigInt(percent), kind, compound, recoverable: BigInt(recoverable) });
const discountOf = (given: GivenDiscount | null) => (given ? { percent: given.percent === null ? null : BigInt(given.percent), amount: BigInt(given.amount) } : undefined);

function computed({ document: given }: Vector) {
  return totals({
    decimals: Number(given.decimals),
    lines: given.lines.map(({ quantity, unit_price, discount, taxes }) => ({ quantity: BigInt(quantity), unitPrice: BigInt(unit_price), discount: discountOf(discount), taxes: taxes.map(taxOf) })),
    pricesIncludeTax: given.prices_include_tax,
    rounding: given.rounding,
    discount: discountOf(given.discount),
    shipping: given.shipping ? { amount: BigInt(given.shipping.amount), taxes: given.shipping.taxes.map(taxOf) } : undefined,
    adjustment: BigInt(given.adjustment),
    roundTotalTo: BigInt(given.round_total_to),
    isPurchase: given.is_purchase,
  });
}

/** As the server names and writes it. */
function asTold(value: unknown): unknown {
  if (typeof value === "bigint" || typeof value === "number") return String(value);
  if (Array.isArray(value)) return value.map(asTold);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), asTold(each)]));
}

describe("totals", () => {
  it.each(vectors.map((vector, index) => [index, vector] as const))("are the server's, to the minor unit: vector %i", (_, vector) => {
    const found = computed(vector);
    if (vector.totals === null) expect(found).toBeNull();
    else expect(vector.totals).toMatchObject(asTold(found) as Record<string, unknown>);
  });

  it("are compared with many documents, some of which cannot be computed", () => {
    expect(vectors.length).toBeGreaterThan(70);
    expect(vectors.some(({ totals: told }) => told === null)).toBe(true);
  });
});

it("takes the tax out of a unit price and puts it in", () => {
  const tax: Tax = { id: 1, percent: 190_000n, kind: "standard", compound: false, recoverable: 1_000_000n };
  expect(priceWithin(11_900_000_000n, [tax], false, true)).toBe(10_000_000_000n);
  expect(priceWithin(10_000_000_000n, [tax], false, false)).toBe(11_900_000_000n);
});
