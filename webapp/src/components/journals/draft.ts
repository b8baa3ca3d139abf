/** The lines of a journal while somebody types them, what they add up to, and what is sent. */
import { type Keyed, nextKey } from "@/components/editor/lines";
import { grouped } from "@/components/editor/notation";
import { parseNumber } from "@/lib/amounts";
import type { FieldProblem } from "@/lib/api/problem";
import { currencyDecimals } from "@/lib/currencies";
import { fromMinor, isNegative, isZero, toMinor } from "@/lib/money";

export interface JournalLine extends Keyed {
  account: string;
  contact: string;
  description: string;
  debit: string;
  credit: string;
}

export interface JournalDraft {
  memo: string;
  reference: string;
  currency: string;
  rate: string | null;
  lines: JournalLine[];
}

export const emptyLine = (): JournalLine => ({ key: nextKey(), account: "", contact: "", description: "", debit: "", credit: "" });

export const isBlank = ({ account, contact, description, debit, credit }: JournalLine) => !account && !contact && !description.trim() && !debit.trim() && !credit.trim();

export const emptyJournal = (currency: string): JournalDraft => ({ memo: "", reference: "", currency, rate: null, lines: [emptyLine(), emptyLine()] });

/** As the API answers a journal or a template of one; a template has only what was written. */
interface Written {
  memo?: string | null;
  reference?: string | null;
  currency?: string | null;
  rate?: string | null;
  lines: readonly { account: unknown; contact_id?: unknown; description?: string | null; debit?: string | null; credit?: string | null }[];
}

const idOf = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");
const shown = (amount: string | null | undefined) => (amount && !isZero(amount) ? grouped(amount) : "");

export function journalDraftOf(journal: Written, base: string): JournalDraft {
  return {
    memo: journal.memo ?? "",
    reference: journal.reference ?? "",
    currency: journal.currency ?? base,
    rate: journal.rate ?? null,
    lines: journal.lines.map((line) => ({
      key: nextKey(),
      account: idOf(line.account),
      contact: idOf(line.contact_id),
      description: line.description ?? "",
      debit: shown(line.debit),
      credit: shown(line.credit),
    })),
  };
}

const minor = (typed: string, decimals: number): bigint => {
  const parsed = typed.trim() ? parseNumber(typed, { decimals }) : undefined;
  return parsed?.ok ? toMinor(parsed.value, decimals) : 0n;
};

export interface JournalSums {
  debit: string;
  credit: string;
  /** Debits less credits. */
  difference: string;
  isBalanced: boolean;
}

export function sumsOf(lines: readonly JournalLine[], currency: string): JournalSums {
  const decimals = currencyDecimals(currency);
  const total = (side: "debit" | "credit") => lines.reduce((sum, line) => sum + minor(line[side], decimals), 0n);
  const [debit, credit] = [total("debit"), total("credit")];
  return { debit: fromMinor(debit, decimals), credit: fromMinor(credit, decimals), difference: fromMinor(debit - credit, decimals), isBalanced: debit === credit };
}

/** The amounts that would balance the journal if they were in this line: "=" fills them in. */
export function balancing(lines: readonly JournalLine[], line: JournalLine, currency: string): Pick<JournalLine, "debit" | "credit"> {
  const others = lines.map((one) => (one.key === line.key ? { ...one, debit: "", credit: "" } : one));
  const { difference } = sumsOf(others, currency);
  if (isZero(difference)) return { debit: "", credit: "" };
  return isNegative(difference) ? { debit: grouped(difference.slice(1)), credit: "" } : { debit: "", credit: grouped(difference) };
}

export function bodyOf({ memo, reference, currency, rate, lines }: JournalDraft) {
  const decimals = currencyDecimals(currency);
  const filled = lines.filter((line) => !isBlank(line));
  const amount = (typed: string) => (typed.trim() ? fromMinor(minor(typed, decimals), decimals) : undefined);
  const body = {
    memo: memo.trim(),
    reference: reference.trim(),
    currency,
    ...(rate && { rate }),
    lines: filled.map((line) => ({
      account: line.account,
      description: line.description.trim(),
      ...(amount(line.debit) && { debit: amount(line.debit) ?? "0" }),
      ...(amount(line.credit) && { credit: amount(line.credit) ?? "0" }),
      ...(line.contact && { contact_id: line.contact }),
    })),
  };
  return { body, keys: filled.map(({ key }) => key) };
}

const IN_LINE: Readonly<Record<string, string>> = { account: "account", contact_id: "contact", description: "description", debit: "debit", credit: "credit" };

/** `/lines/2/debit` -> the debit of the third line that was sent. */
export function placeOf({ pointer }: Pick<FieldProblem, "pointer">, keys: readonly number[]): string | undefined {
  const [, name = "", row, field = ""] = pointer.split("/");
  if (name !== "lines") return ["memo", "reference", "currency", "rate"].includes(name) ? name : undefined;
  if (row === undefined) return "lines";
  const key = keys[Number(row)];
  return key === undefined ? undefined : `${key}.${IN_LINE[field] ?? "account"}`;
}

export interface JournalTexts {
  required: string;
  twoLines: string;
  unbalanced: (difference: string) => string;
  number: (error: string, decimals: number) => string;
}

/** What can be seen wrong without asking the server; a journal that is to be posted must balance. */
export function faultsOf({ lines, currency }: JournalDraft, mustBalance: boolean, texts: JournalTexts): Record<string, string> {
  const found: Record<string, string> = {};
  const kind = { decimals: currencyDecimals(currency) };
  const filled = lines.filter((line) => !isBlank(line));
  for (const { key, account, ...amounts } of filled) {
    if (!account) found[`${key}.account`] = texts.required;
    for (const side of ["debit", "credit"] as const) {
      const parsed = amounts[side].trim() ? parseNumber(amounts[side], kind) : undefined;
      if (parsed && !parsed.ok) found[`${key}.${side}`] = texts.number(parsed.error, kind.decimals);
    }
  }
  if (!mustBalance || Object.keys(found).length) return found;
  const { isBalanced, difference } = sumsOf(lines, currency);
  if (filled.length < 2) found["lines"] = texts.twoLines;
  else if (!isBalanced) found["lines"] = texts.unbalanced(difference);
  return found;
}
