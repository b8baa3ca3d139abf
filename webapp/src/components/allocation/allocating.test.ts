import { expect, it } from "vitest";

import { allocationsOf, faultsOf, NOTHING, type OpenRow, rowsOf, spread, sumOf } from "./allocating";

const row = (id: string, open: string, due: string, currency = "GBP"): OpenRow => ({
  key: `invoice:${id}`,
  kind: "invoice",
  id,
  number: `INV-${id}`,
  reference: "",
  date: "2026-01-01",
  due_date: due,
  currency,
  total: open,
  open,
});
const ROWS = [row("1", "100.00", "2026-03-01"), row("2", "50.50", "2026-02-01"), row("3", "80.00", "2026-01-15", "EUR")];

it("gives an amount to what is due first, in its own currency only", () => {
  const typed = spread(ROWS, "GBP", "120.00");
  expect(typed["invoice:2"]?.amount).toBe("50.50");
  expect(typed["invoice:1"]?.amount).toBe("69.50");
  expect(typed["invoice:3"]).toBeUndefined();
});

it("settles everything where there is no amount", () => {
  const typed = spread(ROWS, "GBP", null);
  expect(sumOf(ROWS, typed, "GBP")).toEqual({ taken: "150.50", isPartial: false });
});

it("takes withheld tax off what the money has to cover, and leaves other currencies to the rates", () => {
  const typed = { "invoice:1": { ...NOTHING, amount: "100", withheld: "5" }, "invoice:3": { ...NOTHING, amount: "80" } };
  expect(sumOf(ROWS, typed, "GBP")).toEqual({ taken: "95.00", isPartial: true });
  const told = { ...typed, "invoice:3": { ...NOTHING, amount: "80", source_amount: "68.20" } };
  expect(sumOf(ROWS, told, "GBP")).toEqual({ taken: "163.20", isPartial: false });
});

it("sends what was typed, payments as payments, and knows the row of each", () => {
  const advance = { ...row("9", "20.00", "2026-01-01"), key: "payment_received:9", kind: "payment_received" };
  const typed = { "invoice:2": { ...NOTHING, amount: "1,0" }, "invoice:1": { ...NOTHING, amount: "10.5" }, "payment_received:9": { ...NOTHING, amount: "20" } };
  const { keys, allocations } = allocationsOf([ROWS[0] as OpenRow, advance], typed, "GBP");
  expect(keys).toEqual(["invoice:1", "payment_received:9"]);
  expect(allocations).toEqual([
    { document: "1", amount: "10.50" },
    { payment: "9", amount: "20.00" },
  ]);
});

it("refuses more than is open and what is no amount, at its field", () => {
  const typed = { "invoice:1": { ...NOTHING, amount: "100.01" }, "invoice:2": { ...NOTHING, amount: "x", withheld: "y" } };
  expect(faultsOf(ROWS, typed, "GBP")).toEqual([
    { place: "invoice:1.amount", fault: "more_than_open" },
    { place: "invoice:2.amount", fault: "not_an_amount" },
    { place: "invoice:2.withheld", fault: "not_an_amount" },
  ]);
});

it("counts credits, which are open below zero, like everything else", () => {
  const item = { side: "sales", what: "credit", kind: "credit_note", id: "4", number: "CN-4", reference: "", date: "2026-01-01", due_date: null, currency: "GBP", total: "-30.00", open: "-12.00", open_base: "-12.00" } as const;
  expect(rowsOf([item], ({ what }) => what === "credit")[0]).toMatchObject({ key: "credit_note:4", open: "12.00", total: "30.00" });
});
