/** Payments of the four kinds. They have one shape and the same calls, under the address of their kind. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import type { PaymentKind } from "@/lib/kinds";
import type { ListSearch } from "@/lib/search";

import { api, answerOf, ifMatch, taggedAnswerOf } from "./client";
import { DRY_RUN, rehearsed } from "./dryRun";
import type { AllocationInput, BatchInput, PaymentChange, PaymentInput, RefundInput } from "./types";

const PAGE_SIZE = 50;

// The generated client knows each kind's addresses apart; their shapes are the same, and those of payments received stand for all.
const listAt = ({ path }: PaymentKind) => `/api/${path}` as "/api/payments-received";
const oneAt = ({ path }: PaymentKind) => `/api/${path}/{id}` as "/api/payments-received/{id}";
const verbAt = ({ path }: PaymentKind, verb: string) => `/api/${path}/{id}/${verb}` as "/api/payments-received/{id}/void";

export type PaymentListState = ListSearch & Partial<Record<"status" | "contact" | "account" | "currency" | "date_from" | "date_to" | "has_credit", string>>;

export const paymentsQuery = (kind: PaymentKind, state: PaymentListState) =>
  queryOptions({
    queryKey: ["payments", kind.path, "list", state],
    // An address holds texts only; the server reads them as what they are.
    queryFn: () => answerOf(api.GET(listAt(kind), { params: { query: { ...(state as object), page_size: PAGE_SIZE } } })),
    placeholderData: keepPreviousData,
  });

export const paymentQuery = (kind: PaymentKind, id: string) =>
  queryOptions({
    queryKey: ["payments", kind.path, "one", id],
    queryFn: () => taggedAnswerOf(api.GET(oneAt(kind), { params: { path: { id } } })),
  });

export const paymentJournalQuery = (kind: PaymentKind, id: string) =>
  queryOptions({
    queryKey: ["payments", kind.path, "journal", id],
    queryFn: () => answerOf(api.GET(verbAt(kind, "journal") as "/api/payments-received/{id}/journal", { params: { path: { id } } })),
  });

/** Which documents a payment of this amount would settle, the oldest first. */
export const suggestAllocations = (kind: PaymentKind, query: { contact: string; amount: string; currency?: string; date?: string }) =>
  answerOf(api.GET(`/api/${kind.path}/suggest` as "/api/payments-received/suggest", { params: { query } }));

export const createPayment = (kind: PaymentKind, body: PaymentInput) => taggedAnswerOf(api.POST(listAt(kind), { body }));

export const changePayment = (kind: PaymentKind, id: string, body: PaymentChange, tag?: string) =>
  taggedAnswerOf(api.PATCH(oneAt(kind), { params: { path: { id }, header: ifMatch(tag) }, body }));

/** What writing it would post. */
export const rehearsePayment = (kind: PaymentKind, body: PaymentInput) => rehearsed(answerOf(api.POST(listAt(kind), { params: { query: DRY_RUN }, body })));

export const rehearsePaymentChange = (kind: PaymentKind, id: string, body: PaymentChange) =>
  rehearsed(answerOf(api.PATCH(oneAt(kind), { params: { path: { id }, query: DRY_RUN }, body })));

export const voidPayment = (kind: PaymentKind, id: string, body: { date?: string; reason?: string }) =>
  taggedAnswerOf(api.POST(verbAt(kind, "void"), { params: { path: { id } }, body }));

export const applyPayment = (kind: PaymentKind, id: string, body: { allocations: AllocationInput[]; date?: string }) =>
  taggedAnswerOf(api.POST(verbAt(kind, "apply") as "/api/payments-received/{id}/apply", { params: { path: { id } }, body }));

export const unapplyPayment = (kind: PaymentKind, id: string, body: { allocation: string; date?: string; reason?: string }) =>
  taggedAnswerOf(api.POST(verbAt(kind, "unapply") as "/api/payments-received/{id}/unapply", { params: { path: { id } }, body }));

export const refundPayment = (kind: PaymentKind, id: string, body: RefundInput) =>
  taggedAnswerOf(api.POST(verbAt(kind, "refund") as "/api/payments-received/{id}/refund", { params: { path: { id } }, body }));

export const payBillsAtOnce = (body: BatchInput) => answerOf(api.POST("/api/bill-payments/batch", { body }));

export const rehearseBatch = (body: BatchInput) => rehearsed(answerOf(api.POST("/api/bill-payments/batch", { params: { query: DRY_RUN }, body })));

export const BILLS_AT_ONCE = 200;

/** Bills that can be paid together, those due first at the top. */
export const openBillsQuery = (due_to: string | undefined) =>
  queryOptions({
    queryKey: ["documents", "bills", "open", due_to],
    queryFn: () => answerOf(api.GET("/api/bills", { params: { query: { is_open: true, ordering: "due_date", page_size: BILLS_AT_ONCE, ...(due_to && { due_to }) } } })),
    placeholderData: keepPreviousData,
  });
