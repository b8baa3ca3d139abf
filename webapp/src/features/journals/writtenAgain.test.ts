import { expect, it } from "vitest";

import type { ManualJournal } from "@/lib/api/types";

import { writtenAgain } from "./writtenAgain";

it("keeps what a draft said, and leaves out what the books gave it", () => {
  const account = { id: "7", code: "6100", name: "Rent", type: "expense" };
  const line = { id: "1", account, description: "May", debit: "12.50", credit: "0.00", contact_id: null, branch_id: "3", project_id: null };
  const draft = { id: "9", number: "", date: "2026-05-01", memo: "Rent", reference: "", currency: "USD", rate: "1", reverse_on: null, lines: [line], status: "draft" };
  expect(writtenAgain(draft as unknown as ManualJournal)).toEqual({
    date: "2026-05-01",
    memo: "Rent",
    reference: "",
    currency: "USD",
    reverse_on: null,
    lines: [{ account: "7", description: "May", contact_id: null, branch_id: "3", project_id: null, debit: "12.50" }],
  });
});
