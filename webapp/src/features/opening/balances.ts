/** The grid of opening balances: what is typed for each account, what it comes to, and how it is sent. */
import type { FieldProblem } from "@/lib/api/problem";
import type { Account, OpeningBalances, OpeningInput } from "@/lib/api/types";
import { parseNumber, RATE, typedAmount, typedNumber } from "@/lib/amounts";
import { currencyDecimals } from "@/lib/currencies";
import { fromMinor, isZero, toMinor } from "@/lib/money";
import { divideHalfUp } from "@/lib/totals/rounding";

export type Side = "debit" | "credit";
export type Field = Side | "rate";
export type Cells = Record<Field, string>;
/** By account. */
export type Typed = Readonly<Record<string, Cells>>;
type Line = OpeningBalances["lines"][number];
export type Errors = Readonly<Record<string, Partial<Record<Field, string>>>>;

export const EMPTY: Cells = { debit: "", credit: "", rate: "" };
export const FIELDS: readonly Field[] = ["debit", "credit", "rate"];

/** Their balances are told by customer and vendor; what remains is for Opening balance equity. */
const BY_CONTACT = ["accounts_receivable", "accounts_payable"];
const IN_BALANCE_SHEET = ["asset", "liability", "equity"];

export function isOffered({ type, roles, is_active, root }: Account, withResult: boolean): boolean {
  if (!is_active || BY_CONTACT.includes(type) || roles.includes("opening_balance_equity")) return false;
  return withResult || IN_BALANCE_SHEET.includes(root);
}

/**
 * Lines that the grid shows, one for each account, and the others: with a contact, branch, project or words of their
 * own, or a second one of an account. Those are kept as they are.
 */
export function split(opening: OpeningBalances, accounts: readonly Account[]): { typed: Typed; kept: Line[] } {
  const fitting = new Set(accounts.filter((account) => isOffered(account, true)).map(({ id }) => id));
  const typed: Record<string, Cells> = {};
  const kept: Line[] = [];
  for (const line of opening.lines) {
    const { id } = line.account;
    const own = accounts.find((account) => account.id === id)?.currency || opening.currency;
    const isPlain = fitting.has(id) && !typed[id] && !line.contact_id && !line.branch_id && !line.project_id && !line.description && line.currency === own;
    if (!isPlain) kept.push(line);
    else {
      typed[id] = {
        debit: isZero(line.debit) ? "" : typedAmount(line.debit),
        credit: isZero(line.credit) ? "" : typedAmount(line.credit),
        rate: line.currency === opening.currency ? "" : typedNumber(line.rate),
      };
    }
  }
  return { typed, kept };
}

const isFilled = (cells: Cells | undefined): cells is Cells => Boolean(cells && (cells.debit.trim() || cells.credit.trim()));

export const currencyOf = (account: Account, base: string): string => account.currency || base;

/** What cannot be read, as the code of an amount error. */
export function faults(typed: Typed, accounts: readonly Account[], base: string): Record<string, Partial<Record<Field, string>>> {
  const found: Record<string, Partial<Record<Field, string>>> = {};
  for (const account of accounts) {
    const cells = typed[account.id];
    if (!cells) continue;
    for (const field of FIELDS) {
      const kind = field === "rate" ? RATE : { decimals: currencyDecimals(currencyOf(account, base)) };
      const parsed = cells[field].trim() ? parseNumber(cells[field], kind) : null;
      if (parsed && !parsed.ok) found[account.id] = { ...found[account.id], [field]: parsed.error };
    }
  }
  return found;
}

interface Rates {
  /** The latest of the table, by currency. */
  [currency: string]: string;
}

const RATE_SCALE = 10n ** 10n;

/** An amount in base currency, rounded as the server does. */
export function inBase(amount: string, currency: string, base: string, rate: string): bigint {
  const minor = toMinor(amount, currencyDecimals(currency));
  if (currency === base) return minor;
  if (!rate) return 0n;
  const scale = BigInt(10 ** currencyDecimals(currency));
  return divideHalfUp(minor * toMinor(rate, 10) * BigInt(10 ** currencyDecimals(base)), RATE_SCALE * scale);
}

function read(text: string, decimals: number): string {
  const parsed = text.trim() ? parseNumber(text, { decimals }) : null;
  return parsed?.ok ? parsed.value : "0";
}

export interface Totals {
  debit: string;
  credit: string;
  /** Debits less credits. */
  difference: string;
}

export function totalsOf(typed: Typed, kept: readonly Line[], accounts: readonly Account[], base: string, rates: Rates): Totals {
  const sides = { debit: 0n, credit: 0n };
  for (const account of accounts) {
    const cells = typed[account.id];
    if (!isFilled(cells)) continue;
    const currency = currencyOf(account, base);
    const decimals = currencyDecimals(currency);
    const rate = cells.rate.trim() ? read(cells.rate, RATE.decimals) : (rates[currency] ?? "");
    for (const side of ["debit", "credit"] as const) sides[side] += inBase(read(cells[side], decimals), currency, base, rate);
  }
  const decimals = currencyDecimals(base);
  for (const line of kept) {
    sides.debit += toMinor(line.base_debit, decimals);
    sides.credit += toMinor(line.base_credit, decimals);
  }
  return { debit: fromMinor(sides.debit, decimals), credit: fromMinor(sides.credit, decimals), difference: fromMinor(sides.debit - sides.credit, decimals) };
}

/** The body to send, and which account each of its lines is of; kept ones are nobody's. */
export function inputOf(typed: Typed, kept: readonly Line[], accounts: readonly Account[], base: string): { lines: OpeningInput["lines"]; owners: (string | null)[] } {
  const filled = accounts.filter(({ id }) => isFilled(typed[id]));
  const own = filled.map((account) => {
    const cells = typed[account.id] ?? EMPTY;
    const currency = currencyOf(account, base);
    const decimals = currencyDecimals(currency);
    const amount = (side: Side) => (cells[side].trim() ? { [side]: read(cells[side], decimals) } : {});
    return { account: account.id, ...amount("debit"), ...amount("credit"), ...(currency !== base && { currency, ...(cells.rate.trim() && { rate: read(cells.rate, RATE.decimals) }) }) };
  });
  const others = kept.map((line) => ({
    account: line.account.id,
    description: line.description,
    ...(isZero(line.debit) ? { credit: line.credit } : { debit: line.debit }),
    ...(line.currency !== base && { currency: line.currency, rate: line.rate }),
    contact_id: line.contact_id,
    branch_id: line.branch_id,
    project_id: line.project_id,
  }));
  return { lines: [...own, ...others], owners: [...filled.map(({ id }) => id), ...others.map(() => null)] };
}

/** The server's errors at their cells; `rest` belongs to none. */
export function placeErrors(errors: readonly FieldProblem[], owners: readonly (string | null)[]): { cells: Record<string, Partial<Record<Field, string>>>; rest: FieldProblem[] } {
  const cells: Record<string, Partial<Record<Field, string>>> = {};
  const rest: FieldProblem[] = [];
  for (const error of errors) {
    const [, index, name = ""] = /^\/lines\/(\d+)(?:\/(\w+))?$/.exec(error.pointer) ?? [];
    const owner = index === undefined ? null : owners[Number(index)];
    if (!owner) rest.push(error);
    else cells[owner] = { ...cells[owner], [FIELDS.find((field) => field === name) ?? "debit"]: error.detail };
  }
  return { cells, rest };
}

/**
 * A trial balance from a spreadsheet: rows of code or name, debit, credit; or with one column of balances, positive for
 * debit. Gives what was found by account, and the rows that name none.
 */
export function readPasted(text: string, accounts: readonly Account[], base: string): { typed: Record<string, Cells>; unknown: string[] } {
  const typed: Record<string, Cells> = {};
  const unknown: string[] = [];
  for (const row of text.split(/\r?\n/)) {
    const parts = row.split("\t").map((part) => part.trim());
    if (!parts.some(Boolean)) continue;
    const isMoney = (part: string) => /\d/.test(part) && parseNumber(part.replace(/^\((.*)\)$/, "-$1"), { decimals: 4, signed: true }).ok;
    const [label = "", ...others] = parts;
    const named = others.length && !isMoney(others[0] ?? "") && others[0] ? [label, others[0]] : [label];
    const amounts = parts.slice(named.length);
    const account = findAccount(named, accounts);
    if (!account) {
      if (amounts.some(isMoney)) unknown.push(named.join(" "));
      continue;
    }
    const decimals = currencyDecimals(currencyOf(account, base));
    const balance = (part: string) => {
      const parsed = parseNumber(part.replace(/^\((.*)\)$/, "-$1"), { decimals, signed: true });
      return parsed.ok ? toMinor(parsed.value, decimals) : 0n;
    };
    const net = balance(amounts[0] ?? "") - (amounts.length > 1 ? balance(amounts[1] ?? "") : 0n);
    if (net === 0n) continue;
    const value = typedAmount(fromMinor(net < 0n ? -net : net, decimals));
    typed[account.id] = { ...EMPTY, [net > 0n ? "debit" : "credit"]: value };
  }
  return { typed, unknown };
}

function findAccount(named: readonly string[], accounts: readonly Account[]): Account | undefined {
  const words = named.map((word) => word.toLowerCase());
  const whole = words.join(" ");
  return (
    accounts.find(({ code }) => words.includes(code.toLowerCase())) ??
    accounts.find(({ code, name }) => words.includes(name.toLowerCase()) || whole === `${code} ${name}`.toLowerCase()) ??
    accounts.find(({ code }) => whole.split(/[\s·-]+/)[0] === code.toLowerCase())
  );
}
