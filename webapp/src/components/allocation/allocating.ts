/** What settles what: the rows that can be settled, what was typed beside them, and what it comes to. */
import { parseNumber, readNumber, typedAmount } from "@/lib/amounts";
import type { AllocationInput, OpenItem } from "@/lib/api/types";
import { currencyDecimals } from "@/lib/currencies";
import { PAYMENT_KINDS } from "@/lib/kinds";
import { absolute, fromMinor, isZero, toMinor } from "@/lib/money";

/** Something that is open: a document, a credit, a payment that nothing was allocated of. */
export interface OpenRow {
  key: string;
  kind: string;
  id: string;
  number: string;
  reference: string;
  date: string;
  due_date: string | null;
  currency: string;
  total: string;
  open: string;
}

/** As typed. Empty amounts settle nothing; an empty rest is left to the server. */
export interface Typed {
  amount: string;
  withheld: string;
  withheld_tax: string | null;
  /** In the currency of the payment, where the row is in another one. */
  source_amount: string;
}

export type TypedRows = Readonly<Record<string, Typed>>;

export const NOTHING: Typed = { amount: "", withheld: "", withheld_tax: null, source_amount: "" };

const PAYMENTS: readonly string[] = PAYMENT_KINDS.map(({ value }) => value);
const isPayment = (kind: string) => PAYMENTS.includes(kind);

export const keyOf = (kind: string, id: string) => `${kind}:${id}`;

/** The open items that have a document, as rows; credits are open below zero and count like the others here. */
export function rowsOf(items: readonly OpenItem[], wanted: (item: OpenItem) => boolean): OpenRow[] {
  return items.flatMap((item) =>
    item.id && wanted(item)
      ? [{ key: keyOf(item.kind, item.id), kind: item.kind, id: item.id, number: item.number, reference: item.reference, date: item.date, due_date: item.due_date, currency: item.currency, total: absolute(item.total), open: absolute(item.open) }]
      : [],
  );
}

const minor = (typed: string, decimals: number) => toMinor(readNumber(typed, { decimals }) || "0", decimals);

/** What a row takes of the payment, in the payment's currency; null where only the server can say it. */
export function takenBy(row: OpenRow, typed: Typed | undefined, currency: string): bigint | null {
  if (!typed?.amount.trim()) return 0n;
  const decimals = currencyDecimals(currency);
  if (row.currency !== currency) return typed.source_amount.trim() ? minor(typed.source_amount, decimals) : null;
  return minor(typed.amount, decimals) - minor(typed.withheld, decimals);
}

export interface Sum {
  /** Of the rows whose share can be seen from here. */
  taken: string;
  /** There are rows whose share follows from the rates of the day. */
  isPartial: boolean;
}

export function sumOf(rows: readonly OpenRow[], typed: TypedRows, currency: string): Sum {
  const shares = rows.map((row) => takenBy(row, typed[row.key], currency));
  const taken = shares.reduce<bigint>((total, share) => total + (share ?? 0n), 0n);
  return { taken: fromMinor(taken, currencyDecimals(currency)), isPartial: shares.includes(null) };
}

/** The amount given to the oldest rows of its currency first; without an amount, all that is open. */
export function spread(rows: readonly OpenRow[], currency: string, amount: string | null): Record<string, Typed> {
  const decimals = currencyDecimals(currency);
  let left = amount === null ? null : toMinor(amount, decimals);
  const result: Record<string, Typed> = {};
  const oldest = [...rows].filter((row) => row.currency === currency).sort((a, b) => ((a.due_date ?? a.date) < (b.due_date ?? b.date) ? -1 : 1));
  for (const row of oldest) {
    const open = toMinor(row.open, decimals);
    const share: bigint = left === null || left > open ? open : left;
    if (share <= 0n) continue;
    if (left !== null) left -= share;
    result[row.key] = { ...NOTHING, amount: typedAmount(fromMinor(share, decimals)) };
  }
  return result;
}

/** What is sent, and which row each of it is about. */
export function allocationsOf(rows: readonly OpenRow[], typed: TypedRows, currency: string): { keys: string[]; allocations: AllocationInput[] } {
  const wanted = rows.flatMap((row) => {
    const own = typed[row.key];
    if (!own?.amount.trim()) return [];
    const decimals = currencyDecimals(row.currency);
    const amount = readNumber(own.amount, { decimals });
    if (isZero(amount)) return [];
    return [
      {
        key: row.key,
        allocation: {
          ...(isPayment(row.kind) ? { payment: row.id } : { document: row.id }),
          amount,
          ...(own.withheld.trim() && { withheld: readNumber(own.withheld, { decimals }) }),
          ...(own.withheld_tax && { withheld_tax: own.withheld_tax }),
          ...(row.currency !== currency && own.source_amount.trim() && { source_amount: readNumber(own.source_amount, { decimals: currencyDecimals(currency) }) }),
        },
      },
    ];
  });
  return { keys: wanted.map(({ key }) => key), allocations: wanted.map(({ allocation }) => allocation) };
}

/** What cannot be read, by row and field; and what is more than is open. */
export function faultsOf(rows: readonly OpenRow[], typed: TypedRows, currency: string): { place: string; fault: "not_an_amount" | "more_than_open" }[] {
  return rows.flatMap((row) => {
    const own = typed[row.key];
    if (!own) return [];
    const decimals = currencyDecimals(row.currency);
    const faults: { place: string; fault: "not_an_amount" | "more_than_open" }[] = [];
    const isWrong = (text: string, places: number) => Boolean(text.trim()) && !parseNumber(text, { decimals: places }).ok;
    if (isWrong(own.amount, decimals)) faults.push({ place: `${row.key}.amount`, fault: "not_an_amount" });
    else if (minor(own.amount, decimals) > toMinor(row.open, decimals)) faults.push({ place: `${row.key}.amount`, fault: "more_than_open" });
    if (isWrong(own.withheld, decimals)) faults.push({ place: `${row.key}.withheld`, fault: "not_an_amount" });
    if (isWrong(own.source_amount, currencyDecimals(currency))) faults.push({ place: `${row.key}.source_amount`, fault: "not_an_amount" });
    return faults;
  });
}
