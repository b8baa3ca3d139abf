import { keyOf, NOTHING, type OpenRow, rowsOf, type Typed } from "@/components/allocation/allocating";
import { typedAmount, typedNumber } from "@/lib/amounts";
import type { OpenItem, Payment } from "@/lib/api/types";
import { isZero } from "@/lib/money";

import type { PaymentValues } from "./PaymentForm";

interface About {
  contact: string;
  currency: string;
  date: string;
  account: string | null;
}

/** A new payment; one for a document begins with settling it in full. */
export function begin({ contact, currency, date, account }: About, items: readonly OpenItem[], document: string | undefined): PaymentValues {
  const row = document ? rowsOf(items, ({ id, what }) => id === document && what !== "journal")[0] : undefined;
  return {
    contact,
    date,
    account,
    currency: row?.currency ?? currency,
    amount: row ? typedAmount(row.open) : "",
    rate: "",
    bank_amount: "",
    bank_charges: "",
    method: "",
    reference: "",
    notes: "",
    settled: row ? { [row.key]: { ...NOTHING, amount: typedAmount(row.open) } } : {},
  };
}

/** A payment as it was recorded, to be changed. */
export function beginWith(payment: Payment, base: string): PaymentValues {
  const standing = payment.allocations.filter(({ stands }) => stands);
  const settled: Record<string, Typed> = Object.fromEntries(
    standing.map(({ target, currency, amount, withheld, source_currency, source_amount }) => [
      keyOf(target.kind, target.id),
      {
        amount: typedAmount(amount),
        withheld: isZero(withheld) ? "" : typedNumber(withheld),
        withheld_tax: null,
        source_amount: currency === source_currency ? "" : typedAmount(source_amount),
      },
    ]),
  );
  return {
    contact: payment.contact.id,
    date: payment.date,
    account: payment.account.id,
    currency: payment.currency,
    amount: typedAmount(payment.amount),
    rate: payment.currency === base ? "" : typedNumber(payment.rate),
    bank_amount: payment.bank_currency === payment.currency || payment.bank_currency === base ? bankAmount(payment) : "",
    bank_charges: isZero(payment.bank_charges) ? "" : typedAmount(payment.bank_charges),
    method: payment.method,
    reference: payment.reference,
    notes: payment.notes,
    settled,
  };
}

/** What the account took decides the worth where it is in another currency: the rate follows from it. */
const bankAmount = ({ bank_currency, currency, bank_amount }: Payment) => (bank_currency === currency ? "" : typedAmount(bank_amount));

/** What a payment settles, as rows that are open for it again. */
export function ownRows(payment: Payment): OpenRow[] {
  return payment.allocations
    .filter(({ stands }) => stands)
    .map(({ target, date, currency, amount }) => ({
      key: keyOf(target.kind, target.id),
      kind: target.kind,
      id: target.id,
      number: target.number,
      reference: "",
      date,
      due_date: null,
      currency,
      total: amount,
      open: amount,
    }));
}
