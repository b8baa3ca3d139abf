import { type Draft, emptyDraft, emptyLine } from "@/components/documents/draft";
import { typedAmount, typedNumber } from "@/lib/amounts";
import type { Item, RecurringDocument } from "@/lib/api/types";
import { isZero } from "@/lib/money";

// A template answers what was written: what was left out then is not there, and ids may have been sent as numbers.
type Written<Value> = Value | null | undefined;
/** What was written of it: the description of the API names all fields, a template has those that were sent. */
export const asWritten = <Whole extends object>(whole: Whole): { [Field in keyof Whole]: Written<Whole[Field]> } => whole;
export const idOf = (value: Written<string | number>): string => (value === null || value === undefined ? "" : String(value));
const discountOf = (percent: Written<string>, amount: Written<string>): string => (percent ? `${typedNumber(percent)} %` : amount && !isZero(amount) ? typedAmount(amount) : "");
const amountOf = (value: Written<string>): string => (value && !isZero(value) ? typedAmount(value) : "");

export const itemsIn = ({ lines }: Pick<RecurringDocument, "lines">): string[] => [...new Set(lines.map(({ item }) => idOf(item)).filter(Boolean))];

/** The content of a template, to be edited like a document of its first day. */
export function draftOf(template: RecurringDocument, items: readonly Item[], base: string, contactCurrency: string): Draft {
  const written = asWritten(template);
  const isPurchase = (item: Item | undefined) => !item?.is_sold;
  return {
    ...emptyDraft(template.start, base, written.tax_rounding === "line" ? "line" : "document"),
    contact: idOf(written.contact),
    currency: written.currency ?? (contactCurrency || base),
    isCurrencySaid: Boolean(written.currency),
    rate: typedNumber(written.rate),
    account: idOf(written.account),
    pricesIncludeTax: written.prices_include_tax ?? false,
    discount: discountOf(written.discount_percent, written.discount_amount),
    shipping: amountOf(written.shipping),
    shippingTaxes: (written.shipping_tax_ids ?? []).map(String),
    adjustment: amountOf(written.adjustment),
    roundTotalTo: amountOf(written.round_total_to),
    reference: written.reference ?? "",
    subject: written.subject ?? "",
    notes: written.notes ?? "",
    terms: written.terms ?? "",
    salesperson: idOf(written.salesperson_id),
    branch: written.branch_id ?? null,
    project: written.project_id ?? null,
    lines: template.lines.map((line) => {
      const own = asWritten(line);
      const item = items.find(({ id }) => id === idOf(own.item));
      return {
        ...emptyLine(),
        item: idOf(own.item),
        itemName: item?.name ?? "",
        description: own.description ?? "",
        quantity: typedNumber(own.quantity ?? "1"),
        unit: own.unit ?? "",
        price: typedNumber(own.unit_price),
        isPriceSaid: Boolean(own.unit_price),
        discount: discountOf(own.discount_percent, own.discount_amount),
        account: idOf(own.account),
        taxes: own.tax_ids ? own.tax_ids.map(String) : null,
        itemTax: (isPurchase(item) ? item?.purchase_tax : item?.sales_tax) ?? null,
        billableTo: idOf(own.billable_to),
        branch: own.branch_id ?? null,
        project: own.project_id ?? null,
      };
    }),
  };
}
