import { expect, it } from "vitest";

import type { Account, AccountType } from "@/lib/api/types";

import { branchOf, matchingBranches, possibleParents, typesByRoot } from "./chart";

function account(id: string, name: string, root: Account["root"], parent: string | null = null): Account {
  return { id, code: id, name, root, parent } as Account;
}

const CHART = [account("1", "Cash", "asset"), account("11", "Bank", "asset", "1"), account("111", "Savings", "asset", "11"), account("12", "Petty cash", "asset", "1"), account("6", "Rent", "expense")];
const ids = (accounts: Iterable<Account>) => Array.from(accounts, ({ id }) => id);

it("keeps the accounts above a match, so that the tree stays a tree", () => {
  expect(ids(matchingBranches(CHART, "savings"))).toEqual(["1", "11", "111"]);
  expect(ids(matchingBranches(CHART, "petty"))).toEqual(["1", "12"]);
});

it("knows the whole branch below an account", () => {
  expect([...branchOf(CHART, "1")].sort()).toEqual(["1", "11", "111", "12"]);
});

it("offers parents of the same root, and never the account's own branch", () => {
  expect(ids(possibleParents(CHART, "asset", "11"))).toEqual(["1", "12"]);
  expect(ids(possibleParents(CHART, "expense", undefined))).toEqual(["6"]);
});

it("groups types by root, and keeps an account with entries within its own", () => {
  const type = (value: string, root: Account["root"]): AccountType => ({ value, label: value, root, normal_side: "debit", statement: "balance_sheet", section: "" });
  const types = [type("rent", "expense"), type("bank", "asset"), type("cash", "asset")];
  expect(typesByRoot(types, undefined).map(({ root, types: own }) => [root, own.length])).toEqual([["asset", 2], ["expense", 1]]);
  expect(typesByRoot(types, "expense").map(({ root }) => root)).toEqual(["expense"]);
});
