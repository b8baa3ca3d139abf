/** A document while somebody types it: as typed, what it adds up to, and what is sent. */
import { type Keyed, nextKey } from "@/components/editor/lines";
import { grouped, trimmed } from "@/components/editor/notation";
import { parseNumber, typedNumber } from "@/lib/amounts";
import type { FieldProblem } from "@/lib/api/problem";
import type { Document, DocumentInput, DocumentLine, DocumentLineInput, TaxRate } from "@/lib/api/types";
import { currencyDecimals } from "@/lib/currencies";
import { isZero, toMinor } from "@/lib/money";
import { type DocumentInput as TotalsInput, type Discount, PERCENT_DECIMALS, PRICE_DECIMALS, QUANTITY_DECIMALS, type Tax, totals, type Totals } from "@/lib/totals";

export const QUANTITY = { decimals: QUANTITY_DECIMALS, signed: true } as const;
export const PRICE = { decimals: PRICE_DECIMALS, signed: true } as const;
export const PERCENT = { decimals: PERCENT_DECIMALS } as const;
export const amountKind = (currency: string, signed = true) => ({ decimals: currencyDecimals(currency), signed });

export interface DraftLine extends Keyed {
  /** Of the line that this is, in a document that is edited; "" of a new one. */
  id: string;
  item: string;
  itemName: string;
  description: string;
  quantity: string;
  unit: string;
  price: string;
  /** Somebody typed the price; else it follows the item, the price list and the quantity. */
  isPriceSaid: boolean;
  /** An amount, or a percentage with its sign. */
  discount: string;
  account: string;
  /** Null: those of the contact, else of the item. */
  taxes: string[] | null;
  itemTax: string | null;
  billableTo: string;
  source: string | null;
  branch: string | null;
  project: string | null;
}

export interface Draft {
  contact: string;
  date: string;
  dueDate: string;
  /** It follows from the payment terms until somebody says a day. */
  isDueSaid: boolean;
  number: string;
  reference: string;
  subject: string;
  currency: string;
  isCurrencySaid: boolean;
  /** "" is the rate of the table. */
  rate: string;
  account: string;
  pricesIncludeTax: boolean;
  taxRounding: "document" | "line";
  discount: string;
  shipping: string;
  shippingTaxes: string[];
  adjustment: string;
  roundTotalTo: string;
  notes: string;
  terms: string;
  salesperson: string;
  branch: string | null;
  project: string | null;
  lines: DraftLine[];
}

export const emptyLine = (): DraftLine => ({
  key: nextKey(),
  id: "",
  item: "",
  itemName: "",
  description: "",
  quantity: "",
  unit: "",
  price: "",
  isPriceSaid: false,
  discount: "",
  account: "",
  taxes: null,
  itemTax: null,
  billableTo: "",
  source: null,
  branch: null,
  project: null,
});

export const isBlank = ({ item, description, price, quantity, account, discount }: DraftLine) => !item && !description.trim() && !price.trim() && !quantity.trim() && !account && !discount.trim();

export const emptyDraft = (date: string, currency: string, taxRounding: Draft["taxRounding"]): Draft => ({
  contact: "",
  date,
  dueDate: "",
  isDueSaid: false,
  number: "",
  reference: "",
  subject: "",
  currency,
  isCurrencySaid: false,
  rate: "",
  account: "",
  pricesIncludeTax: false,
  taxRounding,
  discount: "",
  shipping: "",
  shippingTaxes: [],
  adjustment: "",
  roundTotalTo: "",
  notes: "",
  terms: "",
  salesperson: "",
  branch: null,
  project: null,
  lines: [emptyLine(), emptyLine()],
});

const shownAmount = (amount: string) => (isZero(amount) ? "" : grouped(amount));
const shownDiscount = ({ discount_percent, discount_amount }: Pick<Document, "discount_percent" | "discount_amount">) =>
  discount_percent === null ? shownAmount(discount_amount) : `${typedNumber(discount_percent)} %`;

const lineOf = (line: DocumentLine, decimals: number): DraftLine => ({
  ...emptyLine(),
  id: line.id,
  item: line.item?.id ?? "",
  itemName: line.item?.name ?? "",
  description: line.description,
  quantity: typedNumber(line.quantity),
  unit: line.unit,
  price: grouped(trimmed(line.unit_price, decimals)),
  isPriceSaid: true,
  discount: shownDiscount(line),
  account: line.account.id,
  taxes: line.tax_ids,
  billableTo: line.billable_to?.id ?? "",
  source: line.source_line,
  branch: line.branch_id,
  project: line.project_id,
});

/** A document to be edited. */
export const draftOf = (document: Document, base: string): Draft => ({
  contact: document.contact?.id ?? "",
  date: document.date,
  dueDate: document.due_date ?? "",
  isDueSaid: true,
  number: document.number,
  reference: document.reference,
  subject: document.subject,
  currency: document.currency,
  isCurrencySaid: true,
  rate: document.currency === base ? "" : typedNumber(document.rate),
  account: document.account?.id ?? "",
  pricesIncludeTax: document.prices_include_tax,
  taxRounding: document.tax_rounding,
  discount: shownDiscount(document),
  shipping: shownAmount(document.shipping),
  shippingTaxes: document.shipping_tax_ids,
  adjustment: shownAmount(document.adjustment),
  roundTotalTo: shownAmount(document.round_total_to),
  notes: document.notes,
  terms: document.terms,
  salesperson: document.salesperson_id ?? "",
  branch: document.branch_id,
  project: document.project_id,
  lines: document.lines.length ? document.lines.map((line) => lineOf(line, currencyDecimals(document.currency))) : [emptyLine()],
});

/** A new document with the content of another: of today, with a number of its own. */
export function copyOf(document: Document, base: string, date: string): Draft {
  const draft = draftOf(document, base);
  return {
    ...draft,
    date,
    dueDate: "",
    isDueSaid: false,
    number: "",
    rate: "",
    lines: draft.lines.map((line) => ({ ...line, id: "", source: null })),
  };
}

// ---------------------------------------------------------------------------------------------------- Discounts

const isPercentage = (typed: string) => /[%٪]/.test(typed);
const withoutSign = (typed: string) => typed.replace(/[%٪]/, "");

type ReadDiscount = { ok: true; percent: string | null; amount: string } | { ok: false; decimals: number; error: string };

/** "10 %" is a percentage, "10" an amount. */
export function discountOf(typed: string, currency: string): ReadDiscount {
  if (!typed.trim()) return { ok: true, percent: null, amount: "0" };
  const kind = isPercentage(typed) ? PERCENT : amountKind(currency);
  const parsed = parseNumber(withoutSign(typed), kind);
  if (!parsed.ok) return { ok: false, decimals: kind.decimals, error: parsed.error };
  return isPercentage(typed) ? { ok: true, percent: parsed.value, amount: "0" } : { ok: true, percent: null, amount: parsed.value };
}

// ------------------------------------------------------------------------------------------------------- Taxes

/** Those that are said; else the contact's, who has one because he is taxed unlike others; else the item's. */
export function taxesOf(line: DraftLine, contactTax: string | null): string[] {
  if (line.taxes) return line.taxes;
  const byDefault = contactTax ?? line.itemTax;
  return byDefault && !isBlank(line) ? [byDefault] : [];
}

const WITHOUT_PERCENT: readonly TaxRate["kind"][] = ["zero_rated", "exempt", "out_of_scope"];

/** Percentages that hold for this document whatever its date says: credits take those of what they take back. */
export type FixedPercents = ReadonlyMap<string, string>;

/** The taxes behind ids, groups replaced by their members, at the percentages of a day. */
export function ratesOn(ids: readonly string[], rates: readonly TaxRate[], date: string, fixed: FixedPercents = new Map()): Tax[] {
  const known = (id: string) => rates.find((rate) => rate.id === id);
  const single = ids.flatMap((id) => {
    const rate = known(id);
    return rate?.kind === "group" ? rate.members.map((member) => member.id) : [id];
  });
  return [...new Set(single)].flatMap((id) => {
    const rate = known(id);
    if (!rate || rate.kind === "group") return [];
    const dated = rate.percentages.filter(({ valid_from }) => valid_from <= date).sort((one, other) => (one.valid_from < other.valid_from ? -1 : 1));
    const percent = WITHOUT_PERCENT.includes(rate.kind) ? "0" : (fixed.get(id) ?? dated.at(-1)?.percent ?? "0");
    return [{ id: Number(id), percent: toMinor(percent, PERCENT_DECIMALS), kind: rate.kind, compound: rate.is_compound, recoverable: toMinor(rate.recoverable, PERCENT_DECIMALS) }];
  });
}

// ------------------------------------------------------------------------------------------------------- Totals

export interface Sums {
  /** Null where it cannot be computed: a discount off nothing. */
  totals: Totals | null;
  /** Of every line of the draft, blank ones included, in minor units. */
  lines: bigint[];
  /** Something typed is no number, and is in no sum. */
  isIncomplete: boolean;
}

interface Setting {
  isPurchase: boolean;
  contactTax: string | null;
  rates: readonly TaxRate[];
  fixed?: FixedPercents | undefined;
}

export function sumsOf(draft: Draft, { isPurchase, contactTax, rates, fixed }: Setting): Sums {
  let isIncomplete = false;
  const decimals = currencyDecimals(draft.currency);
  const number = (typed: string, kind: { decimals: number; signed?: boolean }, empty = "0"): bigint => {
    const parsed = typed.trim() ? parseNumber(typed, kind) : { ok: true as const, value: empty };
    if (parsed.ok) return toMinor(parsed.value, kind.decimals);
    isIncomplete = true;
    return 0n;
  };
  const discount = (typed: string): Discount | undefined => {
    const read = discountOf(typed, draft.currency);
    if (!read.ok) isIncomplete = true;
    if (!read.ok || (read.percent === null && isZero(read.amount))) return undefined;
    return { percent: read.percent === null ? null : toMinor(read.percent, PERCENT_DECIMALS), amount: toMinor(read.amount, decimals) };
  };
  const input: TotalsInput = {
    decimals,
    lines: draft.lines.map((line) => ({
      quantity: number(line.quantity, QUANTITY, isBlank(line) ? "0" : "1"),
      unitPrice: number(line.price, PRICE),
      discount: discount(line.discount),
      taxes: ratesOn(taxesOf(line, contactTax), rates, draft.date, fixed),
    })),
    pricesIncludeTax: draft.pricesIncludeTax,
    rounding: draft.taxRounding,
    discount: discount(draft.discount),
    shipping: { amount: number(draft.shipping, amountKind(draft.currency, false)), taxes: ratesOn(draft.shippingTaxes, rates, draft.date, fixed) },
    adjustment: number(draft.adjustment, amountKind(draft.currency)),
    roundTotalTo: number(draft.roundTotalTo, amountKind(draft.currency, false)),
    isPurchase,
  };
  const found = totals(input);
  const amounts = found ?? totals({ ...input, discount: undefined });
  return { totals: found, isIncomplete, lines: amounts?.lines.map(({ amount, discount: off }) => amount - off) ?? [] };
}

// --------------------------------------------------------------------------------------------------- What is sent

const read = (typed: string, kind: { decimals: number; signed?: boolean }): string | undefined => {
  const parsed = typed.trim() ? parseNumber(typed, kind) : undefined;
  return parsed?.ok ? parsed.value : undefined;
};

const sentDiscount = (typed: string, currency: string): { discount_percent?: string; discount_amount?: string } => {
  const found = discountOf(typed, currency);
  if (!found.ok) return {};
  return found.percent === null ? (isZero(found.amount) ? {} : { discount_amount: found.amount }) : { discount_percent: found.percent };
};

/** What is sent; blank lines are left out. `keys` says which line each sent one is, for the errors that name a place. */
export function bodyOf(draft: Draft, base: string): { body: DocumentInput; keys: number[] } {
  const filled = draft.lines.filter((line) => !isBlank(line));
  const amount = amountKind(draft.currency);
  const body: DocumentInput = {
    contact: draft.contact || null,
    date: draft.date,
    due_date: draft.isDueSaid && draft.dueDate ? draft.dueDate : null,
    number: draft.number.trim() || null,
    currency: draft.currency,
    rate: draft.currency === base ? null : (read(draft.rate, { decimals: 10 }) ?? null),
    account: draft.account || null,
    prices_include_tax: draft.pricesIncludeTax,
    tax_rounding: draft.taxRounding,
    ...sentDiscount(draft.discount, draft.currency),
    shipping: read(draft.shipping, amount) ?? "0",
    shipping_tax_ids: draft.shippingTaxes,
    adjustment: read(draft.adjustment, amount) ?? "0",
    round_total_to: read(draft.roundTotalTo, amount) ?? "0",
    reference: draft.reference.trim(),
    subject: draft.subject.trim(),
    notes: draft.notes,
    terms: draft.terms,
    salesperson_id: draft.salesperson || null,
    branch_id: draft.branch,
    project_id: draft.project,
    lines: filled.map((line) => sentLine(line, draft.currency)),
  };
  return { body, keys: filled.map(({ key }) => key) };
}

/** The content of a document once more, of a new one with the same number and sources. */
export function writtenAgain(document: Document, base: string): DocumentInput {
  const draft = draftOf(document, base);
  return bodyOf({ ...draft, lines: draft.lines.map((line) => ({ ...line, id: "" })) }, base).body;
}

function sentLine(line: DraftLine, currency: string): DocumentLineInput {
  const price = read(line.price, PRICE);
  return {
    ...(line.id && { id: line.id }),
    item: line.item || null,
    description: line.description.trim(),
    quantity: read(line.quantity, QUANTITY) ?? "1",
    unit: line.unit,
    ...(price !== undefined && { unit_price: price }),
    ...sentDiscount(line.discount, currency),
    account: line.account || null,
    tax_ids: line.taxes,
    ...(line.billableTo && { billable_to: line.billableTo }),
    ...(line.source && { source_line: line.source }),
    branch_id: line.branch,
    project_id: line.project,
  };
}

// -------------------------------------------------------------------------------------------------------- Errors

const HEADING: Readonly<Record<string, keyof Draft>> = {
  contact: "contact",
  date: "date",
  due_date: "dueDate",
  number: "number",
  reference: "reference",
  subject: "subject",
  currency: "currency",
  rate: "rate",
  account: "account",
  discount_percent: "discount",
  discount_amount: "discount",
  shipping: "shipping",
  shipping_tax_ids: "shippingTaxes",
  adjustment: "adjustment",
  round_total_to: "roundTotalTo",
  notes: "notes",
  terms: "terms",
  salesperson_id: "salesperson",
  lines: "lines",
};
const IN_LINE: Readonly<Record<string, string>> = {
  item: "item",
  description: "description",
  quantity: "quantity",
  unit: "quantity",
  unit_price: "price",
  discount_percent: "discount",
  discount_amount: "discount",
  account: "account",
  tax_ids: "taxes",
  billable_to: "billableTo",
  source_line: "item",
};

/** `/lines/2/unit_price` -> the price of the third line that was sent. */
export function placeOf({ pointer }: Pick<FieldProblem, "pointer">, keys: readonly number[]): string | undefined {
  const [, name = "", row, field] = pointer.split("/");
  if (name !== "lines" || row === undefined) return HEADING[name];
  const key = keys[Number(row)];
  return key === undefined ? undefined : `${key}.${field === undefined ? "item" : (IN_LINE[field] ?? "item")}`;
}

/** What can be seen wrong without asking the server, by place. */
export function draftErrors(
  draft: Draft,
  { needsContact }: { needsContact: boolean },
  texts: { required: string; oneLine: string; number: (error: string, decimals: number) => string },
): Record<string, string> {
  const errors: Record<string, string> = {};
  const number = (place: string, typed: string, kind: { decimals: number; signed?: boolean }) => {
    const parsed = typed.trim() ? parseNumber(typed, kind) : undefined;
    if (parsed && !parsed.ok) errors[place] = texts.number(parsed.error === "negative" ? "below_zero" : parsed.error, kind.decimals);
  };
  const discount = (place: string, typed: string) => {
    const found = discountOf(typed, draft.currency);
    if (!found.ok) errors[place] = texts.number(found.error === "negative" ? "below_zero" : found.error, found.decimals);
  };
  if (needsContact && !draft.contact) errors["contact"] = texts.required;
  if (!draft.date) errors["date"] = texts.required;
  number("rate", draft.rate, { decimals: 10 });
  discount("discount", draft.discount);
  number("shipping", draft.shipping, amountKind(draft.currency, false));
  number("adjustment", draft.adjustment, amountKind(draft.currency));
  number("roundTotalTo", draft.roundTotalTo, amountKind(draft.currency, false));
  const filled = draft.lines.filter((line) => !isBlank(line));
  if (!filled.length) errors["lines"] = texts.oneLine;
  for (const { key, quantity, price, discount: off } of filled) {
    number(`${key}.quantity`, quantity, QUANTITY);
    number(`${key}.price`, price, PRICE);
    discount(`${key}.discount`, off);
  }
  return errors;
}
