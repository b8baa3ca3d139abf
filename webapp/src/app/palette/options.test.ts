import { expect, it } from "vitest";

import { matching, type Option } from "./options";

const option = (title: string): Option => ({ id: title, group: "go", title, icon: "go" });
const OPTIONS = ["Recurring invoices", "Invoices", "Crédits", "New invoice", "Chart of accounts"].map(option);
const found = (typed: string) => matching(OPTIONS, typed).map(({ title }) => title);

it("finds by the beginnings of words, the title's own first", () => {
  expect(found("inv")).toEqual(["Invoices", "Recurring invoices", "New invoice"]);
  expect(found("new inv")).toEqual(["New invoice"]);
  expect(found("oice")).toEqual([]);
});

it("does not mind accents or case", () => {
  expect(found("CRED")).toEqual(["Crédits"]);
});

it("offers everything while nothing is typed", () => {
  expect(found("  ")).toHaveLength(OPTIONS.length);
});
