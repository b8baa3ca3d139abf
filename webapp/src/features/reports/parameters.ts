/** What is asked of a report: its address in the app, and the same as the server takes it. */
import type { ReportQuery } from "@/lib/api/reports";
import type { Place } from "@/lib/sources";
import { urls } from "@/lib/urls";

export type ReportSearch = Readonly<Record<string, string | undefined>>;

/** Several values of one parameter stand in an address with commas between them. */
const LISTS = ["compare", "contact", "account", "type", "revaluation_of", "tax_rate"];

/** Of the page, not of the report. */
const OF_PAGE = ["chart"];

export function toQuery(search: ReportSearch): ReportQuery {
  const said = Object.entries(search).filter((pair): pair is [string, string] => Boolean(pair[1]) && !OF_PAGE.includes(pair[0]));
  return Object.fromEntries(said.map(([name, value]) => [name, LISTS.includes(name) ? value.split(",") : value]));
}

const LINES = "/api/reports/general-ledger/lines";
const REPORT = "/api/reports/";

/** Where the app shows what an address of the server leads to: the lines behind an amount, or another report. */
export function placeBehind(address: string | null): Place | undefined {
  if (!address) return undefined;
  const { pathname, searchParams } = new URL(address, "http://server");
  const names = [...new Set(searchParams.keys())];
  const search = Object.fromEntries(names.map((name) => [name, searchParams.getAll(name).join(",")]));
  if (pathname === LINES) return { to: urls.ledgerLines, search };
  return { to: urls.report, params: { report: pathname.replace(REPORT, "") }, search };
}

/** Stretches of time by the server's names; the first is what a report begins with. */
export const PERIODS = [
  "fiscal_year_to_date",
  "this_month",
  "last_month",
  "this_quarter",
  "last_quarter",
  "this_fiscal_year",
  "last_fiscal_year",
  "all_dates",
] as const;
export type Period = (typeof PERIODS)[number];

export const DAYS = ["today", "last_month", "last_quarter", "last_fiscal_year"] as const;
export type Day = (typeof DAYS)[number];

const MONTHS = { last_month: 1, last_quarter: 3, last_fiscal_year: 12 };

/** The last day before the running month, quarter or fiscal year; quarters are those of the fiscal year. */
export function dayOf(name: Day, today: string, startMonth: number): string {
  if (name === "today") return today;
  const [year = 0, month = 1] = today.split("-").map(Number);
  const behind = (month - startMonth + 12) % MONTHS[name];
  return new Date(Date.UTC(year, month - 1 - behind, 0)).toISOString().slice(0, 10);
}
