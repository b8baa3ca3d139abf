import { describe, expect, it } from "vitest";

import type { Account, ManualJournal } from "@/lib/api/types";

import { amountErrors, asksForContact, balance, balancing, emptyLine, type Line, inputOf, linesOf, placeErrors, totalsOf, withSide } from "./lines";

const NOTATION = { locale: "en-US", decimals: 2 };

function lines(...cells: [account: string, debit: string, credit: string][]): Line[] {
  return cells.map(([account, debit, credit], index) => ({ ...emptyLine(), key: 100 + index, account, debit, credit }));
}

describe("totals", () => {
  it("are exact and say which side lacks how much", () => {
    expect(totalsOf(lines(["1", "1,234.50", ""], ["2", "", "1234.49"]), NOTATION)).toEqual({
      debit: "1234.50",
      credit: "1234.49",
      difference: "0.01",
      balanced: false,
      incomplete: false,
    });
  });

  it("balance when the difference is nothing", () => {
    expect(totalsOf(lines(["1", ".1", ""], ["1", ".2", ""], ["2", "", ".3"]), NOTATION)).toMatchObject({ difference: "0.00", balanced: true });
  });

  it("leave out what is no amount yet", () => {
    expect(totalsOf(lines(["1", "12x", ""], ["2", "5", ""]), NOTATION)).toMatchObject({ debit: "5.00", incomplete: true });
  });

  it.each(["12,34", "(5)", "1e5", "five"])("are incomplete while a cell holds %s", (typed) => {
    expect(totalsOf(lines(["1", typed, ""], ["2", "", typed]), NOTATION)).toMatchObject({ debit: "0.00", balanced: true, incomplete: true });
  });
});

describe("filling in the difference", () => {
  const typed = lines(["1", "100", ""], ["2", "", "30"], ["3", "", ""]);

  it("completes the side that lacks", () => {
    expect(balancing(typed, 102, "credit", NOTATION)).toBe("70.00");
  });

  it("offers nothing on the side that has more", () => {
    expect(balancing(typed, 102, "debit", NOTATION)).toBe("");
  });

  it("goes to the other side of the line where the wanted one has more", () => {
    expect(balance(typed, 102, "debit", NOTATION)).toEqual({ side: "credit", value: "70.00" });
    expect(balance(typed, 102, "credit", NOTATION)).toEqual({ side: "credit", value: "70.00" });
    expect(balance(lines(["1", "5", ""], ["2", "", "5"], ["3", "", ""]), 102, "debit", NOTATION)).toBeNull();
  });

  it("does not count what the line itself holds", () => {
    expect(balancing(typed, 101, "credit", NOTATION)).toBe("100.00");
  });
});

describe("a line is a debit or a credit", () => {
  it("a debit takes the line's credit away", () => {
    expect(withSide("debit", "7")).toEqual({ debit: "7", credit: "" });
  });

  it("emptying the debit leaves the credit alone", () => {
    expect(withSide("debit", "")).toEqual({ debit: "" });
  });
});

describe("what is sent", () => {
  it("leaves blank lines out and sends canonical amounts", () => {
    const { lines: sent, keys } = inputOf(lines(["1", "1,234.5", ""], ["", "", ""], ["2", "", "1234.50"]), NOTATION);
    expect(sent).toEqual([
      { account: "1", description: "", debit: "1234.50" },
      { account: "2", description: "", credit: "1234.50" },
    ]);
    expect(keys).toEqual([100, 102]);
  });

  it("puts the server's errors at the cells they are about, blank lines or not", () => {
    const { keys } = inputOf(lines(["1", "1", ""], ["", "", ""], ["2", "", "1"]), NOTATION);
    const { cells, rest } = placeErrors(
      [
        { pointer: "/lines/1/credit", code: "too_many_decimals", detail: "USD has 2 decimals." },
        { pointer: "/lines/0", code: "inactive", detail: "This account is inactive." },
        { pointer: "/memo", code: "max_length", detail: "Too long." },
      ],
      keys,
    );
    expect(cells).toEqual({ "102.credit": "USD has 2 decimals.", "100.account": "This account is inactive." });
    expect(rest.map(({ pointer }) => pointer)).toEqual(["/memo"]);
  });
});

it("names the cells that hold no amount", () => {
  expect(amountErrors(lines(["1", "1.005", ""], ["2", "", "-3"], ["3", "4", ""]), NOTATION)).toEqual([
    { cell: "100.debit", error: "too_many_decimals" },
    { cell: "101.credit", error: "negative" },
  ]);
});

describe("whose debt a line is", () => {
  const accounts = [
    { id: "1", type: "bank" },
    { id: "2", type: "accounts_receivable" },
    { id: "3", type: "accounts_payable" },
  ] as Account[];

  it("is asked for on receivable and payable accounts, and kept wherever it was said", () => {
    const typed = lines(["1", "1", ""], ["2", "", "1"], ["3", "", "1"], ["", "", ""]);
    expect(typed.map((line) => asksForContact(line, accounts))).toEqual([false, true, true, false]);
    expect(asksForContact({ ...emptyLine(), account: "1", contact: "9" }, accounts)).toBe(true);
  });

  it("is sent, and a refusal about it comes to its cell", () => {
    const { lines: sent, keys } = inputOf(
      lines(["2", "5", ""]).map((line) => ({ ...line, contact: "9" })),
      NOTATION,
    );
    expect(sent).toEqual([{ account: "2", contact_id: "9", description: "", debit: "5.00" }]);
    const { cells } = placeErrors([{ pointer: "/lines/0/contact_id", code: "contact_required", detail: "Say whose debt it is." }], keys);
    expect(cells).toEqual({ "100.contact": "Say whose debt it is." });
  });
});

it("sends back what was given over the API and is not shown", () => {
  const line = { account: { id: "2", code: "1100", name: "Receivable" }, contact_id: "9", branch_id: "4", project_id: "7", description: "Was", debit: "3.00", credit: "0.00" };
  const read = linesOf({ lines: [{ ...line, id: "1" }] } as ManualJournal, NOTATION);
  expect(inputOf(read, NOTATION).lines).toEqual([{ account: "2", contact_id: "9", branch_id: "4", project_id: "7", description: "Was", debit: "3.00" }]);
});
