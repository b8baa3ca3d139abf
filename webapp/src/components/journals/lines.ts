/** The lines of a journal while somebody types them: pure state, exact totals, errors at their cells. */
import { type Keyed, nextKey } from "@/components/editor/lines";
import type { FieldProblem } from "@/lib/api/problem";
import type { Account, ManualJournal, ManualJournalInput } from "@/lib/api/types";
import { type AmountError, formatAmount, isZero, parseAmount, subtract, sum } from "@/lib/money";

export type Side = "debit" | "credit";
export type Field = "account" | "contact" | "description" | Side;

export interface Line extends Keyed {
  account: string;
  /** Whose debt it is: id of the contact, or "". */
  contact: string;
  description: string;
  /** Given over the API and not shown here; sent back as it was. */
  branch: string | null;
  project: string | null;
  /** As typed, in the person's notation. */
  debit: string;
  credit: string;
}

export interface Notation {
  locale: string;
  decimals: number;
}

export type CellErrors = Partial<Record<`${number}.${Field}`, string>>;
export const SIDES: readonly Side[] = ["debit", "credit"];
export const other = (side: Side): Side => (side === "debit" ? "credit" : "debit");

export const emptyLine = (): Line => ({ key: nextKey(), account: "", contact: "", description: "", branch: null, project: null, debit: "", credit: "" });

const CONTROL_TYPES: readonly Account["type"][] = ["accounts_receivable", "accounts_payable"];

/** Does a line say whose debt it is? It has to on receivable and payable accounts; elsewhere it may, over the API. */
export function asksForContact(line: Line, accounts: readonly Account[]): boolean {
  const type = accounts.find(({ id }) => id === line.account)?.type;
  return Boolean(line.contact) || (type !== undefined && CONTROL_TYPES.includes(type));
}

export const isBlank = (line: Line) => !line.account && !line.description.trim() && !line.debit.trim() && !line.credit.trim();

export function linesOf(journal: ManualJournal | undefined, { locale }: Notation): Line[] {
  const shown = (amount: string) => (isZero(amount) ? "" : formatAmount(amount, locale));
  const lines = (journal?.lines ?? []).map(({ account, contact_id, description, branch_id, project_id, debit, credit }) => ({
    ...emptyLine(),
    account: account.id,
    contact: contact_id ?? "",
    branch: branch_id,
    project: project_id,
    description,
    debit: shown(debit),
    credit: shown(credit),
  }));
  while (lines.length < 2) lines.push(emptyLine());
  return lines;
}

/** A line is a debit or a credit: typing one takes the other away. */
export function withSide(side: Side, value: string): Partial<Line> {
  return value.trim() ? { [side]: value, [other(side)]: "" } : { [side]: value };
}

/** The typed text -> decimal string; "" for nothing or for what is not (yet) an amount. */
function amountOf(text: string, { locale, decimals }: Notation): string {
  if (!text.trim()) return "";
  const parsed = parseAmount(text, locale, decimals);
  return parsed.ok ? parsed.value : "";
}

export interface Totals {
  debit: string;
  credit: string;
  /** Debit less credit. */
  difference: string;
  balanced: boolean;
  /** Something typed is no amount, and is in no total. */
  incomplete: boolean;
}

export function totalsOf(lines: readonly Line[], notation: Notation): Totals {
  const of = (side: Side) => sum(lines.map((line) => amountOf(line[side], notation)), notation.decimals);
  const debit = of("debit");
  const credit = of("credit");
  const difference = subtract(debit, credit, notation.decimals);
  return { debit, credit, difference, balanced: isZero(difference), incomplete: amountErrors(lines, notation).length > 0 };
}

/** What this cell would have to hold for the journal to balance; "" if nothing positive would. */
export function balancing(lines: readonly Line[], key: number, side: Side, notation: Notation): string {
  const rest = lines.map((line) => (line.key === key ? { ...line, debit: "", credit: "" } : line));
  const { debit, credit } = totalsOf(rest, notation);
  const missing = side === "debit" ? subtract(credit, debit, notation.decimals) : subtract(debit, credit, notation.decimals);
  return missing.startsWith("-") || isZero(missing) ? "" : formatAmount(missing, notation.locale);
}

/** What balances the journal in this line: on the wanted side if that one lacks something, else on the other. */
export function balance(lines: readonly Line[], key: number, wanted: Side, notation: Notation): { side: Side; value: string } | null {
  for (const side of [wanted, other(wanted)]) {
    const value = balancing(lines, key, side, notation);
    if (value) return { side, value };
  }
  return null;
}

export function amountErrors(lines: readonly Line[], notation: Notation): { cell: `${number}.${Side}`; error: AmountError }[] {
  const errors: { cell: `${number}.${Side}`; error: AmountError }[] = [];
  for (const line of lines) {
    for (const side of SIDES) {
      const parsed = line[side].trim() ? parseAmount(line[side], notation.locale, notation.decimals) : null;
      if (parsed && !parsed.ok) errors.push({ cell: `${line.key}.${side}`, error: parsed.error });
    }
  }
  return errors;
}

/** What is sent, and which line each sent one is: blank lines are left out, but errors name the sent position. */
export function inputOf(lines: readonly Line[], notation: Notation): { lines: ManualJournalInput["lines"]; keys: number[] } {
  const filled = lines.filter((line) => !isBlank(line));
  return {
    keys: filled.map(({ key }) => key),
    lines: filled.map((line) => ({
      account: line.account,
      description: line.description.trim(),
      ...(line.contact && { contact_id: line.contact }),
      ...(line.branch && { branch_id: line.branch }),
      ...(line.project && { project_id: line.project }),
      ...amountPart("debit", line, notation),
      ...amountPart("credit", line, notation),
    })),
  };
}

function amountPart(side: Side, line: Line, notation: Notation): Partial<Record<Side, string>> {
  const amount = amountOf(line[side], notation);
  return amount ? { [side]: amount } : {};
}

/** `/lines/2/debit` -> the cell of the third line that was sent. What names no cell is left for the alert. */
export function placeErrors(errors: readonly FieldProblem[], keys: readonly number[]): { cells: CellErrors; rest: FieldProblem[] } {
  const cells: CellErrors = {};
  const rest: FieldProblem[] = [];
  for (const error of errors) {
    const match = /^\/lines\/(\d+)(?:\/(account|contact_id|description|debit|credit))?$/.exec(error.pointer);
    const key = match ? keys[Number(match[1])] : undefined;
    if (key === undefined) rest.push(error);
    else cells[`${key}.${match?.[2] === "contact_id" ? "contact" : ((match?.[2] as Field | undefined) ?? "account")}`] = error.detail;
  }
  return { cells, rest };
}

export interface FaultTexts {
  account: string;
  twoLines: string;
  incomplete: string;
  /** Debits less credits, as a decimal string. */
  unbalanced: (difference: string) => string;
  amount: (error: AmountError) => string;
}

/** What can be seen wrong without asking the server, at its cell or at the total; what is posted has to balance. */
export function lineFaults(lines: readonly Line[], notation: Notation, mustBalance: boolean, texts: FaultTexts): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { cell, error } of amountErrors(lines, notation)) found[cell] = texts.amount(error);
  const { keys, lines: sent } = inputOf(lines, notation);
  sent.forEach((line, index) => {
    if (!line.account) found[`${keys[index] ?? 0}.account`] = texts.account;
  });
  if (!mustBalance) return found;
  const totals = totalsOf(lines, notation);
  if (sent.length < 2) found["total"] = texts.twoLines;
  else if (totals.incomplete) found["total"] = texts.incomplete;
  else if (!totals.balanced) found["total"] = texts.unbalanced(totals.difference);
  return found;
}
