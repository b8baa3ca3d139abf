import { expect, it } from "vitest";

import { guess, headingsOf, told } from "./columns";

it("cuts the first row at the mark it has most of, outside of quotes", () => {
  expect(headingsOf('\ufeffDatum;"Konto; Nr";Betrag\n1;2;3')).toEqual(["Datum", "Konto; Nr", "Betrag"]);
  expect(headingsOf("date\taccount\tamount, net")).toEqual(["date", "account", "amount, net"]);
});

it("guesses usual headings, and takes debit and credit before one amount", () => {
  expect(guess(["Date", "Account code", "Debit", "Credit", "Amount", "Narration"])).toEqual({ date: "Date", account: "Account code", debit: "Debit", credit: "Credit", memo: "Narration" });
  expect(guess(["Datum", "Konto", "Betrag"])).toEqual({ date: "Datum", account: "Konto", amount: "Betrag" });
});

it("tells the server only what differs, and what is not meant", () => {
  expect(told({ date: "Date", account: "Konto", debit: "debit", credit: "credit" }, ["Date", "Konto", "debit", "credit", "Amount"])).toEqual({ account: "Konto", amount: "\u2013" });
});
