/** Where the keyboard and the palette lead: lists by `g` and a letter, new things by `n` and a letter. */
import type { LinkProps } from "@tanstack/react-router";

import type { Ability } from "@/lib/organization";
import { urls } from "@/lib/urls";

type Place = Pick<LinkProps, "to" | "params" | "search">;

export type GoLabel =
  | "home" | "customers" | "estimates" | "invoices" | "salesReceipts" | "creditNotes" | "paymentsReceived" | "recurringInvoices"
  | "vendors" | "purchaseOrders" | "bills" | "expenses" | "vendorCredits" | "billPayments" | "recurringBills" | "recurringExpenses"
  | "items" | "priceLists" | "accounts" | "journals" | "recurringJournals" | "taxReturns" | "closing" | "openingBalances" | "revaluations"
  | "reports" | "members" | "apiKeys" | "activity" | "importsExports" | "jobs" | "settings";

export interface Destination {
  label: GoLabel;
  place: Place;
  needs?: Ability;
  key?: string;
}

const documents = (kind: string): Place => ({ to: urls.documents, params: { kind } });
const payments = (kind: string): Place => ({ to: urls.payments, params: { kind } });
const recurring = (kind: string): Place => ({ to: urls.recurring, params: { kind } });

export const DESTINATIONS: readonly Destination[] = [
  { label: "home", place: { to: urls.home }, key: "h" },
  { label: "customers", place: { to: urls.customers }, needs: "contacts.view", key: "c" },
  { label: "estimates", place: documents("estimates"), needs: "estimates.view", key: "e" },
  { label: "invoices", place: documents("invoices"), needs: "invoices.view", key: "i" },
  { label: "salesReceipts", place: documents("sales-receipts"), needs: "sales_receipts.view" },
  { label: "creditNotes", place: documents("credit-notes"), needs: "credit_notes.view" },
  { label: "paymentsReceived", place: payments("payments-received"), needs: "payments_received.view", key: "p" },
  { label: "recurringInvoices", place: recurring("invoices"), needs: "recurring_invoices.view" },
  { label: "vendors", place: { to: urls.vendors }, needs: "contacts.view", key: "v" },
  { label: "purchaseOrders", place: documents("purchase-orders"), needs: "purchase_orders.view", key: "o" },
  { label: "bills", place: documents("bills"), needs: "bills.view", key: "b" },
  { label: "expenses", place: documents("expenses"), needs: "expenses.view", key: "x" },
  { label: "vendorCredits", place: documents("vendor-credits"), needs: "vendor_credits.view" },
  { label: "billPayments", place: payments("bill-payments"), needs: "bill_payments.view", key: "m" },
  { label: "recurringBills", place: recurring("bills"), needs: "recurring_bills.view" },
  { label: "recurringExpenses", place: recurring("expenses"), needs: "recurring_expenses.view" },
  { label: "items", place: { to: urls.items }, needs: "items.view", key: "t" },
  { label: "priceLists", place: { to: urls.priceLists }, needs: "price_lists.view" },
  { label: "accounts", place: { to: urls.accounts }, needs: "accounts.view", key: "a" },
  { label: "journals", place: { to: urls.journals }, needs: "manual_journals.view", key: "j" },
  { label: "recurringJournals", place: recurring("journals"), needs: "recurring_journals.view" },
  { label: "taxReturns", place: { to: urls.taxReturns }, needs: "tax_returns.view" },
  { label: "closing", place: { to: urls.closing }, needs: "period_locks.view" },
  { label: "openingBalances", place: { to: urls.openingBalances }, needs: "opening_balances.view" },
  { label: "revaluations", place: { to: urls.revaluations }, needs: "revaluations.view" },
  { label: "reports", place: { to: urls.reports }, needs: "reports.view", key: "r" },
  { label: "members", place: { to: urls.members }, needs: "members.view" },
  { label: "apiKeys", place: { to: urls.apiKeys }, needs: "api_keys.view" },
  { label: "activity", place: { to: urls.activity }, needs: "activity.view" },
  { label: "importsExports", place: { to: urls.importsExports }, needs: "exports.create" },
  { label: "jobs", place: { to: urls.jobs } },
  { label: "settings", place: { to: urls.settings }, key: "s" },
];

export interface Creation {
  /** In common.json under `create`. */
  label: "estimate" | "invoice" | "sales_receipt" | "credit_note" | "payment_received" | "purchase_order" | "bill" | "expense" | "vendor_credit" | "bill_payment" | "journal" | "customer" | "vendor" | "item";
  group: "sales" | "purchases" | "books";
  /** A page; customers, vendors and items are written in a dialog. */
  place?: Place;
  needs: Ability;
  key?: string;
}

const newDocument = (kind: string): Place => ({ to: urls.newDocument, params: { kind } });
const newPayment = (kind: string): Place => ({ to: urls.newPayment, params: { kind } });

export const CREATIONS: readonly Creation[] = [
  { label: "invoice", group: "sales", place: newDocument("invoices"), needs: "invoices.create", key: "i" },
  { label: "estimate", group: "sales", place: newDocument("estimates"), needs: "estimates.create", key: "e" },
  { label: "payment_received", group: "sales", place: newPayment("payments-received"), needs: "payments_received.create", key: "p" },
  { label: "sales_receipt", group: "sales", place: newDocument("sales-receipts"), needs: "sales_receipts.create" },
  { label: "credit_note", group: "sales", place: newDocument("credit-notes"), needs: "credit_notes.create" },
  { label: "customer", group: "sales", needs: "contacts.create", key: "c" },
  { label: "bill", group: "purchases", place: newDocument("bills"), needs: "bills.create", key: "b" },
  { label: "expense", group: "purchases", place: newDocument("expenses"), needs: "expenses.create", key: "x" },
  { label: "bill_payment", group: "purchases", place: newPayment("bill-payments"), needs: "bill_payments.create", key: "m" },
  { label: "purchase_order", group: "purchases", place: newDocument("purchase-orders"), needs: "purchase_orders.create", key: "o" },
  { label: "vendor_credit", group: "purchases", place: newDocument("vendor-credits"), needs: "vendor_credits.create" },
  { label: "vendor", group: "purchases", needs: "contacts.create", key: "v" },
  { label: "journal", group: "books", place: { to: urls.newJournal }, needs: "manual_journals.create", key: "j" },
  { label: "item", group: "books", needs: "items.create", key: "t" },
];
