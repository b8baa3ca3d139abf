import { expect, it } from "vitest";

import type { Account, OpeningBalances } from "@/lib/api/types";

import { EMPTY, inBase, inputOf, placeErrors, readPasted, split, totalsOf } from "./balances";

const account = (id: string, code: string, name: string, more: Partial<Account> = {}): Account => ({
  id, code, name, type: "bank", root: "asset", normal_side: "debit", parent: null, description: "", currency: "", is_active: true, roles: [], has_entries: false, depth: 0, path: [], ...more,
}) as unknown as Account;

const cash = account("1", "1000", "Cash");
const euros = account("2", "1010", "Euro account", { currency: "EUR" });
const loan = account("3", "2500", "Bank loan", { root: "liability" });
const debtors = account("4", "1100", "Debtors", { type: "accounts_receivable" });
const chart = [cash, euros, loan, debtors];

const line = (of: Account, debit: string, more: object = {}) => ({
  account: { id: of.id, code: of.code, name: of.name }, description: "", currency: "GBP", rate: "1", debit, credit: "0.00", base_debit: debit, base_credit: "0.00", contact_id: null, branch_id: null, project_id: null, ...more,
});

it("shows one plain line for each account and keeps the others as they are", () => {
  const opening = { date: "2025-12-31", status: "draft", currency: "GBP", entry: null, total_debit: "0", total_credit: "0", difference: "0", lines: [line(cash, "10.00"), line(cash, "5.00"), line(debtors, "7.00", { contact_id: "9" })] } as unknown as OpeningBalances;
  const { typed, kept } = split(opening, chart);
  expect(typed).toEqual({ 1: { debit: "10.00", credit: "", rate: "" } });
  expect(kept.map(({ base_debit }) => base_debit)).toEqual(["5.00", "7.00"]);
  const { lines, owners } = inputOf(typed, kept, chart, "GBP");
  expect(owners).toEqual(["1", null, null]);
  expect(lines[2]).toMatchObject({ account: "4", debit: "7.00", contact_id: "9" });
});

it("totals in base currency, at the typed rate or the table's", () => {
  const typed = { 1: { ...EMPTY, debit: "100" }, 2: { ...EMPTY, debit: "33.33" }, 3: { ...EMPTY, credit: "120" } };
  expect(totalsOf(typed, [], chart, "GBP", { EUR: "0.85" })).toEqual({ debit: "128.33", credit: "120.00", difference: "8.33" });
  expect(totalsOf({ ...typed, 2: { ...EMPTY, debit: "33.33", rate: "0.9" } }, [], chart, "GBP", { EUR: "0.85" }).debit).toBe("130.00");
});

it("rounds half up as the server does", () => {
  expect(inBase("0.50", "EUR", "GBP", "0.01")).toBe(1n);
  expect(inBase("100", "JPY", "GBP", "0.0052")).toBe(52n);
});

it("reads what was copied from a spreadsheet", () => {
  const { typed, unknown } = readPasted("Account\tDebit\tCredit\n1000\tCash\t1,250.50\t\nBank loan\t\t800.00\n9999\t4.00", chart, "GBP");
  expect(typed).toEqual({ 1: { debit: "1250.50", credit: "", rate: "" }, 3: { debit: "", credit: "800.00", rate: "" } });
  expect(unknown).toEqual(["9999"]);
});

it("reads one column of balances, those below zero as credits", () => {
  expect(readPasted("2500\t(800.00)\n1000\t-5", chart, "GBP").typed).toEqual({ 3: { ...EMPTY, credit: "800.00" }, 1: { ...EMPTY, credit: "5.00" } });
});

it("puts the server's errors at their cells", () => {
  const found = placeErrors([{ pointer: "/lines/1/credit", code: "x", detail: "Wrong." }, { pointer: "/date", code: "x", detail: "Locked." }], ["1", "3"]);
  expect(found.cells).toEqual({ 3: { credit: "Wrong." } });
  expect(found.rest.map(({ pointer }) => pointer)).toEqual(["/date"]);
});
