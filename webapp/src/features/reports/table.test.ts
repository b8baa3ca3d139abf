import type { TFunction } from "i18next";
import { expect, test } from "vitest";

import type { Listing, Report, TrialBalance } from "@/lib/api/types";

import { groupsOf, presented, tableOf, type TableRow, visibleRows } from "./table";

const t = ((key: string) => key) as unknown as TFunction<"reports">;
const head = { name: "profit-and-loss", title: "Profit and loss", organization: "Alder", currency: "EUR", date_from: "2026-01-01", date: "2026-02-28", basis: "accrual", presentation: "units", as_known_at: null };
const none = { amount: null, percent: null, lines: null };
const of = (amount: string, lines: string | null = null) => ({ amount, percent: null, lines });
const column = (key: string, label: string, date_from: string | null, date_to: string | null, kind: "amount" | "percent" = "amount") => ({ key, label, kind, group: "", date_from, date_to, branch: null });
const account = (id: string, code: string, name: string) => ({ id, code, name, type: "income" });

const LINES = "/api/reports/general-ledger/lines?account=7&account=8&date_from=2026-01-01&date_to=2026-01-31&closing=false";

const statement: Report = {
  ...head,
  columns: [
    column("2026-01-31", "Jan 2026", "2026-01-01", "2026-01-31"),
    column("2026-01-31.previous_year", "Previous year", "2025-01-01", "2025-01-31"),
    column("2026-01-31.previous_year.percent", "Change %", null, null, "percent"),
  ],
  rows: [
    { key: "income", kind: "section", level: 0, title: "Income", account: null, cells: [none, none, none] },
    { key: "account-7", kind: "account", level: 1, title: "4000 Sales", account: account("7", "4000", "Sales"), cells: [none, none, none] },
    { key: "account-8", kind: "account", level: 2, title: "4010 Shop", account: account("8", "4010", "Shop"), cells: [of("30.00"), of("10.00"), { amount: null, percent: "200.0", lines: null }] },
    { key: "account-9", kind: "account", level: 2, title: "4020 Web", account: account("9", "4020", "Web"), cells: [of("5.00"), of("0.00"), none] },
    { key: "account-7-total", kind: "total", level: 1, title: "Total 4000 Sales", account: account("7", "4000", "Sales"), cells: [of("35.00", LINES), of("10.00"), none] },
    { key: "income_total", kind: "total", level: 0, title: "Total income", account: null, cells: [of("35.00"), of("10.00"), none] },
    { key: "net_income", kind: "total", level: 0, title: "Net income", account: null, cells: [of("35.00"), of("10.00"), none] },
  ],
};

test("an amount leads to its lines, with several accounts in one parameter", () => {
  const { rows } = tableOf(statement, t);
  expect(rows[4]?.cells[1]).toEqual({ value: "35.00", place: { to: "/reports/general-ledger/lines", search: { account: "7,8", date_from: "2026-01-01", date_to: "2026-01-31", closing: "false" } } });
  expect(rows[5]?.cells[1]?.place).toBeUndefined();
});

test("columns are called by their month, and what is compared says its days", () => {
  expect(tableOf(statement, t).columns.map(({ label, about }) => [label, about])).toEqual([
    ["account", undefined],
    ["Jan 2026", undefined],
    ["Previous year", "Jan 2025"],
    ["Change %", undefined],
  ]);
});

const shown = (rows: readonly TableRow[], closed: string[]) => visibleRows(rows, groupsOf(rows), new Set(closed)).map(({ row, isGroup }) => `${isGroup ? "v " : ""}${row.cells[0]?.value ?? ""} ${row.cells[1]?.value ?? ""}`);

test("a closed group keeps its own title and shows the amounts of its total", () => {
  const { rows } = tableOf(statement, t);
  expect(shown(rows, [])).toHaveLength(7);
  expect(shown(rows, ["account-7"])).toEqual(["v Income ", "v 4000 Sales 35.00", "Total income 35.00", "Net income 35.00"]);
  expect(shown(rows, ["income"])).toEqual(["v Income 35.00", "Net income 35.00"]);
});

const listing: Listing = {
  ...head,
  name: "receivable-aging",
  columns: [
    { key: "contact", label: "Contact", kind: "text" },
    { key: "date", label: "Date", kind: "date" },
    { key: "open", label: "Open", kind: "text" },
    { key: "total", label: "Total", kind: "amount" },
  ],
  rows: [
    { kind: "section", level: 0, about: { kind: "contact", id: "2" }, cells: { contact: "Bakery", date: null, open: null, total: null } },
    { kind: "line", level: 1, about: { kind: "invoice", id: "151" }, cells: { contact: "Invoice INV-1", date: "2026-01-09", open: "12.00", total: "10.00" } },
    { kind: "total", level: 0, about: { kind: "contact", id: "2" }, cells: { contact: "Total Bakery", date: null, open: null, total: "10.00" } },
    { kind: "total", level: 0, about: null, cells: { contact: "Total", date: null, open: null, total: "10.00" } },
  ],
};

test("a list leads to its documents; texts that are figures stand like figures", () => {
  const { columns, rows } = tableOf(listing, t);
  expect(columns.map(({ kind }) => kind)).toEqual(["title", "date", "number", "amount"]);
  expect(rows[1]?.cells[0]).toEqual({ value: "Invoice INV-1", place: { to: "/documents/$kind/$documentId", params: { kind: "invoices", documentId: "151" } } });
  expect(visibleRows(rows, groupsOf(rows), new Set(["0"])).map(({ row }) => [row.cells[0]?.value, row.cells[3]?.value])).toEqual([
    ["Bakery", "10.00"],
    ["Total", "10.00"],
  ]);
});

test("a total that stands in the column of dates becomes the title", () => {
  const columns: Listing["columns"] = [
    { key: "date", label: "Date", kind: "date" },
    { key: "document", label: "Document", kind: "text" },
  ];
  const { rows } = tableOf({ ...listing, columns, rows: [{ kind: "total", level: 0, about: null, cells: { date: "Total", document: null } }] }, t);
  expect(rows[0]?.cells.map(({ value }) => value)).toEqual([null, "Total"]);
});

test("a trial balance by month has its accounts, and leaves the other side empty", () => {
  const trial: TrialBalance = {
    ...head,
    name: "trial-balance",
    columns: [
      { ...column("2026-01-31.debit", "Debit", "2026-01-01", "2026-01-31"), group: "2026-01-31" },
      { ...column("2026-01-31.credit", "Credit", "2026-01-01", "2026-01-31"), group: "2026-01-31" },
    ],
    rows: [{ account: account("2", "1010", "Bank"), debit: "5.00", credit: "0.00", cells: [of("5.00", LINES), of("0.00")] }],
    totals: { debit: "5.00", credit: "5.00" },
    total_cells: [of("5.00"), of("5.00")],
  };
  const { columns, rows } = tableOf(trial, t);
  expect(columns.map(({ group, label }) => [group, label])).toEqual([
    ["", "account"],
    ["Jan 2026", "Debit"],
    ["Jan 2026", "Credit"],
  ]);
  expect(rows.map(({ cells }) => cells.map(({ value }) => value))).toEqual([
    ["1010 Bank", "5.00", null],
    ["Total", "5.00", "5.00"],
  ]);
});

test("amounts are rounded as in files: halves away from zero", () => {
  expect(presented("1234.50", "whole", 2)).toBe("1235");
  expect(presented("-1234.50", "whole", 2)).toBe("-1235");
  expect(presented("1499.99", "thousands", 2)).toBe("1");
  expect(presented("9007199254740993.50", "whole", 2)).toBe("9007199254740994");
  expect(presented("1234.50", "", 2)).toBe("1234.50");
});
