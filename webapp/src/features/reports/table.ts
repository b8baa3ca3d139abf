/** Every report as one kind of table: statements, trial balance, lists and the tax summary are shown by one component. */
import type { TFunction } from "i18next";

import type { ReportAnswer } from "@/lib/api/reports";
import type { Listing, Report, TaxSummary, TrialBalance } from "@/lib/api/types";
import { said } from "@/lib/i18n/said";
import { formatDate, formatDates, formatMonth, isDate } from "@/lib/locale";
import { fromMinor, toMinor } from "@/lib/money";
import { type Place, placeOf } from "@/lib/sources";
import { urls } from "@/lib/urls";

import { placeBehind } from "./parameters";
import { reportWords } from "./words";

type T = TFunction<"reports">;

/** Amounts are in the currency of the books, numbers in another or of something else. */
export type CellKind = "title" | "text" | "date" | "amount" | "number" | "percent";

export interface TableColumn {
  key: string;
  label: string;
  /** The days of a column that is called otherwise: "Previous year". */
  about?: string | undefined;
  kind: CellKind;
  /** A heading over several columns. */
  group: string;
}

export interface TableCell {
  value: string | null;
  place?: Place | undefined;
}

export interface TableRow {
  key: string;
  kind: "section" | "row" | "total";
  level: number;
  cells: readonly TableCell[];
}

export interface ReportTable {
  columns: readonly TableColumn[];
  rows: readonly TableRow[];
}

/** Those that come page by page are shown otherwise. */
export type WholeAnswer = Exclude<ReportAnswer, { results: unknown }>;
export const isWhole = (answer: ReportAnswer): answer is WholeAnswer => "rows" in answer;

export function tableOf(answer: WholeAnswer, t: T): ReportTable {
  if ("total_cells" in answer) return ofTrialBalance(answer, t);
  if ("owed" in answer) return ofTaxSummary(answer, t);
  return isStatement(answer) ? ofStatement(answer, t) : ofListing(answer, t);
}

function isStatement(answer: Report | Listing): answer is Report {
  return answer.columns.some((column) => "group" in column);
}

type Column = Report["columns"][number];
type Cell = Report["rows"][number]["cells"][number];

const TITLE = "title";
const titleColumn = (t: T): TableColumn => ({ key: TITLE, label: t("account"), kind: "title", group: "" });
const cellOf = ({ amount, percent, lines }: Cell): TableCell => ({ value: amount ?? percent, place: placeBehind(lines) });

function ofStatement(report: Report, t: T): ReportTable {
  const isLedger = report.name === "general-ledger";
  return {
    columns: [titleColumn(t), ...report.columns.map((column) => statementColumn(column, report, t))],
    rows: report.rows.map(({ key, kind, level, title, account, cells }) => ({
      key,
      kind: kind === "account" ? "row" : kind,
      level,
      cells: [{ value: account && kind === "account" ? title : reportWords(title, t), place: account && kind === "account" ? (isLedger ? linesOf(account.id, report) : accountPlace(account.id)) : undefined }, ...cells.map(cellOf)],
    })),
  };
}

const accountPlace = (accountId: string): Place => ({ to: urls.account, params: { accountId } });

/** An account's lines within the days of the report. */
const linesOf = (account: string, { date_from, date }: Report): Place => ({
  to: urls.ledgerLines,
  search: { account, ...(date_from && { date_from }), date_to: date },
});

const PARTS = ["opening", "debit", "credit", "closing", "net_income", "other"];

function statementColumn(column: Column, report: Pick<Report, "name">, t: T): TableColumn {
  const { key, kind, group, label, date_from, date_to } = column;
  const last = key.split(".").pop() ?? key;
  const isNamed = PARTS.includes(last) || key !== last || label === "Total" || key.startsWith("branch-") || !date_to;
  const isCompared = key !== last && date_to && !PARTS.includes(last);
  return {
    key,
    kind,
    group: groupLabel(group, column, t),
    label: isNamed ? reportWords(label, t) : stretchLabel(date_from, date_to, report.name),
    about: isCompared ? stretchLabel(date_from, date_to, report.name) : undefined,
  };
}

const AT_A_DATE = ["balance-sheet", "trial-balance"];

function groupLabel(group: string, { date_from, date_to }: Column, t: T): string {
  if (!group || group === "Total" || group.startsWith("Branch") || group === "No branch" || !date_to) return reportWords(group, t);
  return stretchLabel(date_from, date_to, "");
}

function stretchLabel(first: string | null, last: string, report: string): string {
  if (!first || first === last || AT_A_DATE.includes(report)) return formatDate(last);
  return isWholeMonth(first, last) ? formatMonth(first) : formatDates(first, last);
}

function isWholeMonth(first: string, last: string): boolean {
  const [year = 0, month = 0] = first.split("-").map(Number);
  return first.endsWith("-01") && last === new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
}

function ofTrialBalance(report: TrialBalance, t: T): ReportTable {
  return {
    columns: [titleColumn(t), ...report.columns.map((column) => statementColumn(column, report, t))],
    rows: [
      ...report.rows.map(({ account, cells }) => ({
        key: account.id,
        kind: "row" as const,
        level: 0,
        cells: [{ value: `${account.code} ${account.name}`, place: accountPlace(account.id) }, ...cells.map(cellOf).map(withoutZero)],
      })),
      ...(report.rows.length ? [{ key: "total", kind: "total" as const, level: 0, cells: [{ value: said("Total") }, ...report.total_cells.map(cellOf)] }] : []),
    ],
  };
}

/** The side on which an account does not stand is left empty. */
const withoutZero = (cell: TableCell): TableCell => (cell.place ? cell : { value: null });

/** Texts that are figures: in a document's own currency, quantities, days. */
const FIGURES = ["open", "amount", "charged", "settled", "balance", "quantity", "overdue", "rate"];

function ofListing(report: Listing, t: T): ReportTable {
  const titleAt = report.columns.findIndex(({ kind }) => kind === "text");
  const kindOf = ({ key, kind }: Listing["columns"][number], index: number): CellKind =>
    index === titleAt ? "title" : kind === "text" && FIGURES.includes(key) ? "number" : kind;
  return {
    columns: report.columns.map((column, index) => ({ key: column.key, label: reportWords(column.label, t), kind: kindOf(column, index), group: "" })),
    rows: report.rows.map((row, at) => ({
      key: String(at),
      kind: row.kind === "line" ? "row" : row.kind,
      level: row.level,
      cells: report.columns.map(({ key, kind }, index) => {
        const isTitle = index === titleAt;
        const value = isTitle ? titleOf(row, report, titleAt) : textOf(row, key, kind);
        return {
          value: value !== null && kind === "text" && (isTitle || key === "settled_by") && row.about?.kind !== "contact" && row.about?.kind !== "item" ? reportWords(value, t) : value,
          place: isTitle ? (row.kind === "total" ? undefined : placeOf(row.about?.kind ?? "", row.about?.id ?? "")) : kind === "amount" ? behindListed(report, row) : undefined,
        };
      }),
    })),
  };
}

const textOf = (row: Listing["rows"][number], key: string, kind: string): string | null => {
  const value = row.cells[key] ?? null;
  return kind === "date" && !isDate(value) ? null : value;
};

/** A total may stand in the first column, even where that one holds dates. */
function titleOf(row: Listing["rows"][number], { columns }: Listing, titleAt: number): string | null {
  const value = row.cells[columns[titleAt]?.key ?? ""] ?? null;
  const first = row.cells[columns[0]?.key ?? ""] ?? null;
  return value ?? (isDate(first) ? null : first);
}

/** What an amount of one contact is made of: its documents. */
function behindListed(report: Listing, { about }: Listing["rows"][number]): Place | undefined {
  if (about?.kind !== "contact" || !about.id) return undefined;
  const contact = about.id;
  const another = (name: string, search: Record<string, string>): Place => ({ to: urls.report, params: { report: name }, search: { contact, date: report.date, ...search } });
  const documents = (kind: string): Place => ({ to: urls.documents, params: { kind }, search: { contact, date_to: report.date, ...(report.date_from && { date_from: report.date_from }) } });
  switch (report.name) {
    case "receivable-aging":
    case "payable-aging":
      return another(report.name, { detail: "true" });
    case "customer-balances":
      return another("open-receivables", {});
    case "vendor-balances":
      return another("open-payables", {});
    case "sales-by-customer":
      return documents("invoices");
    case "purchases-by-vendor":
      return documents("bills");
    default:
      return undefined;
  }
}

const TAX_FIGURES = ["taxable", "tax", "recoverable", "owed"] as const;

/** Sales, then purchases, each with its total, then both. */
function ofTaxSummary(report: TaxSummary, t: T): ReportTable {
  const figures = (of: Record<(typeof TAX_FIGURES)[number], string>, place?: Place) => TAX_FIGURES.map((name) => ({ value: of[name], place }));
  const sides = report.totals.map(({ side }) => side);
  return {
    columns: [
      { key: TITLE, label: t("tax.rate"), kind: "title", group: "" },
      { key: "percent", label: t("tax.percent"), kind: "percent", group: "" },
      ...TAX_FIGURES.map((key) => ({ key, label: t(`tax.${key}`), kind: "amount" as const, group: "" })),
    ],
    rows: [
      ...report.totals.flatMap((total) => [
        { key: total.side, kind: "section" as const, level: 0, cells: [{ value: t(`tax.side.${total.side}`) }, ...Array.from({ length: TAX_FIGURES.length + 1 }, () => ({ value: null }))] },
        ...report.rows
          .filter(({ side }) => side === total.side)
          .map((row) => ({
            key: `${row.side}-${row.tax_rate.id}-${row.percent}`,
            kind: "row" as const,
            level: 1,
            cells: [{ value: `${row.tax_rate.code} ${row.tax_rate.name}`, place: placeBehind(row.detail) }, { value: row.percent }, ...figures(row, placeBehind(row.detail))],
          })),
        { key: `${total.side}-total`, kind: "total" as const, level: 0, cells: [{ value: t(`tax.total.${total.side}`) }, { value: null }, ...figures(total)] },
      ]),
      ...(sides.length ? [{ key: "owed", kind: "total" as const, level: 0, cells: [{ value: t("tax.bothSides") }, { value: null }, { value: null }, { value: null }, { value: null }, { value: report.owed }] }] : []),
    ],
  };
}

/** Rows that are shown or hidden together: from the row that opens the group to its total, which then stands for it. */
export function groupsOf(rows: readonly TableRow[]): ReadonlyMap<number, number> {
  const groups = new Map<number, number>();
  rows.forEach((row, at) => {
    if (row.kind === "total") return;
    const end = rows.findIndex((other, index) => index > at && (other.key === `${row.key}_total` || other.key === `${row.key}-total`));
    const found = end > 0 ? end : row.kind === "section" ? closing(rows, at) : -1;
    if (found > at + 1) groups.set(at, found);
  });
  return groups;
}

/** Of lists: the first total below, unless another section begins before it. */
function closing(rows: readonly TableRow[], at: number): number {
  const end = rows.findIndex((other, index) => index > at && other.kind !== "row");
  return rows[end]?.kind === "total" && rows[at]?.key === String(at) ? end : -1;
}

/** What stays when some groups are closed; a closed one is its first row with the amounts of its total. */
export function visibleRows(rows: readonly TableRow[], groups: ReadonlyMap<number, number>, closed: ReadonlySet<string>): { row: TableRow; isGroup: boolean; isClosed: boolean }[] {
  const found: { row: TableRow; isGroup: boolean; isClosed: boolean }[] = [];
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at];
    if (!row) break;
    const end = groups.get(at);
    const total = end === undefined ? undefined : rows[end];
    const isClosed = total !== undefined && closed.has(row.key);
    found.push({ row: isClosed ? { ...row, cells: total.cells.map((cell, index) => (total.cells[index]?.value === null || isTitle(row, total, index) ? (row.cells[index] ?? cell) : cell)) } : row, isGroup: end !== undefined, isClosed });
    if (isClosed && end !== undefined) at = end;
  }
  return found;
}

/** The title of a closed group is its own, not "Total ...". */
function isTitle(row: TableRow, total: TableRow, index: number): boolean {
  const first = row.cells.findIndex(({ value }) => value !== null);
  return index === first && total.cells[index]?.value !== null;
}

export type Presentation = "units" | "whole" | "thousands";

/** Rounded to whole units or thousands, halves away from zero, as the server rounds in files. */
export function presented(value: string, presentation: string, decimals: number): string {
  if (presentation !== "whole" && presentation !== "thousands") return value;
  const minor = toMinor(value, decimals);
  const scale = 10n ** BigInt(decimals) * (presentation === "thousands" ? 1000n : 1n);
  const size = minor < 0n ? -minor : minor;
  const rounded = (2n * size + scale) / (2n * scale);
  return fromMinor(minor < 0n ? -rounded : rounded, 0);
}
