/** The kinds of documents and payments as the API names them: the word in entries and trails, the word in addresses. */

export const DOCUMENT_KINDS = [
  { value: "estimate", path: "estimates", side: "sales", subject: "estimates" },
  { value: "invoice", path: "invoices", side: "sales", subject: "invoices" },
  { value: "sales_receipt", path: "sales-receipts", side: "sales", subject: "sales_receipts" },
  { value: "credit_note", path: "credit-notes", side: "sales", subject: "credit_notes" },
  { value: "customer_opening", path: "customer-opening-balances", side: "sales", subject: "customer_opening_balances" },
  { value: "purchase_order", path: "purchase-orders", side: "purchases", subject: "purchase_orders" },
  { value: "bill", path: "bills", side: "purchases", subject: "bills" },
  { value: "vendor_credit", path: "vendor-credits", side: "purchases", subject: "vendor_credits" },
  { value: "expense", path: "expenses", side: "purchases", subject: "expenses" },
  { value: "vendor_opening", path: "vendor-opening-balances", side: "purchases", subject: "vendor_opening_balances" },
] as const;

export const PAYMENT_KINDS = [
  { value: "payment_received", path: "payments-received", side: "sales", subject: "payments_received" },
  { value: "bill_payment", path: "bill-payments", side: "purchases", subject: "bill_payments" },
  { value: "customer_refund", path: "customer-refunds", side: "sales", subject: "customer_refunds" },
  { value: "vendor_refund", path: "vendor-refunds", side: "purchases", subject: "vendor_refunds" },
] as const;

export const RECURRING_KINDS = ["journals", "invoices", "bills", "expenses"] as const;

export type DocumentKind = (typeof DOCUMENT_KINDS)[number];
export type PaymentKind = (typeof PAYMENT_KINDS)[number];
export type RecurringKind = (typeof RECURRING_KINDS)[number];

export const documentKindAt = (path: string): DocumentKind | undefined => DOCUMENT_KINDS.find((kind) => kind.path === path);
export const paymentKindAt = (path: string): PaymentKind | undefined => PAYMENT_KINDS.find((kind) => kind.path === path);
