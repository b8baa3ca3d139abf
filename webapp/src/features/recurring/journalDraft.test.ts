import { expect, it } from "vitest";

import { balance, emptyLine, type Line, lineFaults, placeErrors, totalsOf } from "@/components/journals/lines";

import { bodyOf, emptyJournal, journalDraftOf, notationOf } from "./journalDraft";

const GBP = notationOf("GBP");
const line = (patch: Partial<Line>): Line => ({ ...emptyLine(), ...patch });
const TEXTS = { account: "required", twoLines: "two", incomplete: "incomplete", unbalanced: (difference: string) => `differ by ${difference}`, amount: (error: string) => error };

it("fills in what balances, on the side that lacks it", () => {
  const open = line({});
  expect(balance([line({ debit: "1,200.50" }), open], open.key, "debit", GBP)).toEqual({ side: "credit", value: "1,200.50" });
  expect(balance([line({ credit: "7" }), open], open.key, "credit", GBP)).toEqual({ side: "debit", value: "7.00" });
});

it("adds up exactly, and leaves blank lines out of what is sent", () => {
  const lines = [line({ account: "1", debit: "0.1" }), line({}), line({ account: "2", credit: "0.10", contact: "5" })];
  expect(totalsOf(lines, GBP)).toEqual({ debit: "0.10", credit: "0.10", difference: "0.00", balanced: true, incomplete: false });
  const { body, keys } = bodyOf({ ...emptyJournal("GBP"), lines });
  expect(body.lines).toEqual([
    { account: "1", description: "", debit: "0.10" },
    { account: "2", description: "", credit: "0.10", contact_id: "5" },
  ]);
  const error = { pointer: "/lines/1/contact_id", code: "unknown_contact", detail: "Nobody" };
  expect(placeErrors([error], keys).cells).toEqual({ [`${String(lines[2]?.key)}.contact`]: "Nobody" });
});

it("lets a draft differ, but nothing that is posted", () => {
  const lines = [line({ account: "1", debit: "10" }), line({ account: "2", credit: "9" })];
  expect(lineFaults(lines, GBP, false, TEXTS)).toEqual({});
  expect(lineFaults(lines, GBP, true, TEXTS)).toEqual({ total: "differ by 1.00" });
});

it("sends back what the template has and the page does not show", () => {
  const written = { memo: "Rent", lines: [{ account: 7, debit: "1200.00", branch_id: 3, project_id: "9" }, { account: "8", credit: "1200.00", contact_id: 5 }] };
  expect(bodyOf(journalDraftOf(written, "GBP")).body).toEqual({
    memo: "Rent",
    reference: "",
    currency: "GBP",
    lines: [
      { account: "7", description: "", branch_id: "3", project_id: "9", debit: "1200.00" },
      { account: "8", description: "", contact_id: "5", credit: "1200.00" },
    ],
  });
});
