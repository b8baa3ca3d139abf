import { describe, expect, it } from "vitest";

import type { TaxRate } from "@/lib/api/types";

import { bodyOf, type Draft, draftErrors, type DraftLine, emptyDraft, emptyLine, placeOf, ratesOn, sumsOf, taxesOf } from "./draft";

const rate = (id: string, percent: string, more: Partial<TaxRate> = {}) =>
  ({ id, code: `T${id}`, kind: "standard", is_compound: false, recoverable: "100", members: [], percentages: [{ valid_from: "2020-01-01", percent }], ...more }) as unknown as TaxRate;
const RATES = [rate("1", "20"), rate("2", "5"), rate("9", "0", { kind: "group", members: [{ id: "1" }, { id: "2" }] as TaxRate["members"], percentages: [] })];
const line = (cells: Partial<DraftLine>): DraftLine => ({ ...emptyLine(), ...cells });
const draft = (lines: DraftLine[], more: Partial<Draft> = {}): Draft => ({ ...emptyDraft("2026-03-01", "EUR", "document"), ...more, lines });
const sums = (of: Draft, contactTax: string | null = null) => sumsOf(of, { isPurchase: false, contactTax, rates: RATES });

describe("live sums", () => {
  it("are exact, take a quantity that is not typed as one, and leave blank lines out", () => {
    const found = sums(draft([line({ price: "75.00", quantity: "3", discount: "10 %", taxes: ["1"] }), emptyLine(), line({ price: "0.10", taxes: [] })]));
    expect(found.lines).toEqual([20250n, 0n, 10n]);
    expect(found.totals?.total).toBe(20250n + 4050n + 10n);
    expect(found.isIncomplete).toBe(false);
  });

  it("say when something typed is no number", () => {
    expect(sums(draft([line({ price: "12,3x" })])).isIncomplete).toBe(true);
  });

  it("cannot share a discount over nothing", () => {
    expect(sums(draft([line({ description: "free", price: "0" })], { discount: "5.00" })).totals).toBeNull();
  });

  it("take the percentage of the day, groups as their members, and what a credit keeps", () => {
    const changing = [rate("1", "20", { percentages: [{ valid_from: "2026-07-01", percent: "16" }, { valid_from: "2020-01-01", percent: "19" }] })];
    const percents = (date: string, fixed?: Map<string, string>) => ratesOn(["1"], changing, date, fixed).map(({ percent }) => percent);
    expect(percents("2026-06-30")).toEqual([190_000n]);
    expect(percents("2026-07-01")).toEqual([160_000n]);
    expect(percents("2026-07-01", new Map([["1", "19"]]))).toEqual([190_000n]);
    expect(ratesOn(["9"], RATES, "2026-01-01").map(({ id }) => id)).toEqual([1, 2]);
  });
});

it("taxes a line as it says, else as the contact is taxed, else as the item is", () => {
  expect(taxesOf(line({ price: "1", itemTax: "1" }), null)).toEqual(["1"]);
  expect(taxesOf(line({ price: "1", itemTax: "1" }), "2")).toEqual(["2"]);
  expect(taxesOf(line({ price: "1", itemTax: "1", taxes: [] }), "2")).toEqual([]);
  expect(taxesOf(emptyLine(), "2")).toEqual([]);
});

describe("what is sent", () => {
  const written = draft([emptyLine(), line({ description: "Work", price: "1,234.5", discount: "5%" })], { contact: "7", discount: "10" });
  const { body, keys } = bodyOf(written, "EUR");

  it("leaves blank lines out and to the server what nobody said", () => {
    expect(body.lines).toEqual([
      { item: null, description: "Work", quantity: "1", unit: "", unit_price: "1234.50000000", discount_percent: "5.0000", account: null, tax_ids: null, branch_id: null, project_id: null },
    ]);
    expect(body).toMatchObject({ contact: "7", discount_amount: "10.00", due_date: null, rate: null, number: null });
  });

  it("has its errors told at the fields they are about", () => {
    const key = written.lines[1]?.key ?? 0;
    expect(placeOf({ pointer: "/lines/0/unit_price" }, keys)).toBe(`${key}.price`);
    expect(placeOf({ pointer: "/lines/0/tax_ids/0" }, keys)).toBe(`${key}.taxes`);
    expect(placeOf({ pointer: "/due_date" }, keys)).toBe("dueDate");
    expect(placeOf({ pointer: "/lines" }, keys)).toBe("lines");
    expect(placeOf({ pointer: "/elsewhere" }, keys)).toBeUndefined();
  });
});

it("sees from here what is missing or no number", () => {
  const texts = { required: "required", oneLine: "one line", number: (error: string) => error };
  const wrong = line({ description: "x", price: "abc", quantity: "1.1234567" });
  expect(draftErrors(draft([wrong]), { needsContact: true }, texts)).toEqual({ contact: "required", [`${wrong.key}.price`]: "not_an_amount", [`${wrong.key}.quantity`]: "too_many_decimals" });
  expect(draftErrors(draft([emptyLine()]), { needsContact: false }, texts)).toEqual({ lines: "one line" });
});
