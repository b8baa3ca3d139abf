import { expect, it } from "vitest";

import { balancing, bodyOf, emptyJournal, emptyLine, faultsOf, type JournalLine, placeOf, sumsOf } from "./draft";

const line = (patch: Partial<JournalLine>): JournalLine => ({ ...emptyLine(), ...patch });
const TEXTS = { required: "required", twoLines: "two", unbalanced: (difference: string) => `differ by ${difference}`, number: (error: string) => error };

it("fills in what balances, on the side that lacks it", () => {
  const open = line({});
  expect(balancing([line({ debit: "1,200.50" }), open], open, "GBP")).toEqual({ debit: "", credit: "1,200.50" });
  expect(balancing([line({ credit: "7" }), open], open, "GBP")).toEqual({ debit: "7.00", credit: "" });
});

it("adds up exactly, and leaves blank lines out of what is sent", () => {
  const lines = [line({ account: "1", debit: "0.1" }), line({}), line({ account: "2", credit: "0.10", contact: "5" })];
  expect(sumsOf(lines, "GBP")).toEqual({ debit: "0.10", credit: "0.10", difference: "0.00", isBalanced: true });
  const { body, keys } = bodyOf({ ...emptyJournal("GBP"), lines });
  expect(body.lines).toEqual([
    { account: "1", description: "", debit: "0.10" },
    { account: "2", description: "", credit: "0.10", contact_id: "5" },
  ]);
  expect(placeOf({ pointer: "/lines/1/contact_id" }, keys)).toBe(`${lines[2]?.key ?? ""}.contact`);
});

it("lets a draft differ, but nothing that is posted", () => {
  const draft = { ...emptyJournal("GBP"), lines: [line({ account: "1", debit: "10" }), line({ account: "2", credit: "9" })] };
  expect(faultsOf(draft, false, TEXTS)).toEqual({});
  expect(faultsOf(draft, true, TEXTS)).toEqual({ lines: "differ by 1.00" });
});
