/** Where the figures of the dashboard lead. */
import { DOCUMENT_KINDS, PAYMENT_KINDS } from "@/lib/kinds";
import type { Place } from "@/lib/sources";
import { urls } from "@/lib/urls";

export type Side = "receivables" | "payables";

const AGING = { receivables: "receivable-aging", payables: "payable-aging" } as const;

export const agingPlace = (side: Side): Place => ({ to: urls.report, params: { report: AGING[side] }, search: { detail: "true" } });

export const cashPlace = (account?: string): Place => ({ to: urls.ledgerLines, search: account ? { account, cursor: "last" } : { type: "cash,bank", cursor: "last" } });

const OVERDUE = { receivables: "invoices", payables: "bills" } as const;

export const overduePlace = (side: Side): Place => ({ to: urls.documents, params: { kind: OVERDUE[side] }, search: { state: "overdue" } });

export const resultPlace = (date_from: string, date_to: string): Place => ({ to: urls.report, params: { report: "profit-and-loss" }, search: { date_from, date_to } });

/** Where a thing to do is done. */
export function taskPlace(what: string, kind: string | null): Place | undefined {
  const document = DOCUMENT_KINDS.find(({ value }) => value === kind);
  const payment = PAYMENT_KINDS.find(({ value }) => value === kind);
  switch (what) {
    case "draft":
      return document ? { to: urls.documents, params: { kind: document.path }, search: { state: "draft" } } : { to: urls.journals, search: { status: "draft" } };
    case "recurring":
      return { to: urls.recurring, params: { kind: document?.path ?? "journals" } };
    case "open_credits":
      if (payment) return { to: urls.payments, params: { kind: payment.path }, search: { status: "credit" } };
      return document && { to: urls.documents, params: { kind: document.path }, search: { is_open: "true" } };
    case "estimate_accepted":
      return { to: urls.documents, params: { kind: "estimates" }, search: { state: "accepted" } };
    case "unbilled_expenses":
      return { to: urls.unbilledExpenses };
    case "tax_return":
      return { to: urls.taxReturns };
    case "unclosed_year":
      return { to: urls.closing };
    default:
      return undefined;
  }
}
