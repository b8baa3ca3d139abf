import { expect, test } from "vitest";

import { dayOf, placeBehind, toQuery } from "./parameters";

test("lists stand in an address with commas, and go to the server as lists", () => {
  expect(toQuery({ compare: "previous_period,previous_year", account: "3", period: "last_month", contact: undefined })).toEqual({
    compare: ["previous_period", "previous_year"],
    account: ["3"],
    period: "last_month",
  });
});

test("what is behind an amount has a page: ledger lines, or another report", () => {
  expect(placeBehind("/api/reports/cash-basis-lines?type=income&type=other_income&date_to=2026-01-31")).toEqual({
    to: "/reports/$report",
    params: { report: "cash-basis-lines" },
    search: { type: "income,other_income", date_to: "2026-01-31" },
  });
  expect(placeBehind(null)).toBeUndefined();
});

test("the last day before the running month, quarter and fiscal year", () => {
  expect(dayOf("last_month", "2026-03-31", 1)).toBe("2026-02-28");
  expect(dayOf("last_month", "2026-01-15", 1)).toBe("2025-12-31");
  expect(dayOf("last_quarter", "2026-05-10", 1)).toBe("2026-03-31");
  expect(dayOf("last_quarter", "2026-05-10", 2)).toBe("2026-04-30");
  expect(dayOf("last_fiscal_year", "2026-02-10", 4)).toBe("2025-03-31");
});
