/** Documents of every kind. They have one shape and the same calls, under the address of their kind. */
import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";

import type { DocumentKind } from "@/lib/kinds";
import type { ListSearch } from "@/lib/search";

import { api, answerOf, ifMatch, taggedAnswerOf } from "./client";
import { DRY_RUN, rehearsed } from "./dryRun";
import { exportList, type ListFormat } from "./exportList";
import { booksChanged } from "./journals";
import type { Allocation, AllocationInput, ConvertInput, DocumentInput, DocumentRow, OpeningDocumentInput, RefundInput } from "./types";

const PAGE_SIZE = 50;

// The generated client knows each kind's addresses apart; their shapes are the same, and those of invoices stand for all.
const listAt = ({ path }: DocumentKind) => `/api/${path}` as "/api/invoices";
const oneAt = ({ path }: DocumentKind) => `/api/${path}/{id}` as "/api/invoices/{id}";
const verbAt = ({ path }: DocumentKind, verb: string) => `/api/${path}/{id}/${verb}` as "/api/invoices/{id}/issue";

export type DocumentListState = ListSearch & Partial<Record<"state" | "is_open" | "contact" | "date_from" | "date_to" | "due_from" | "due_to" | "total_from" | "total_to" | "currency", string>>;

export const documentsQuery = (kind: DocumentKind, state: DocumentListState) =>
  queryOptions({
    queryKey: ["documents", kind.path, "list", state],
    // An address holds texts only; the server reads them as what they are.
    queryFn: () => answerOf(api.GET(listAt(kind), { params: { query: { ...(state as object), page_size: PAGE_SIZE, totals: true } } })),
    placeholderData: keepPreviousData,
  });

/** The whole filtered list as a file. */
export const exportDocuments = (kind: DocumentKind, state: DocumentListState, format: ListFormat): Promise<void> => exportList(listAt(kind), state, format);

export const documentQuery = (kind: DocumentKind, id: string) =>
  queryOptions({
    queryKey: ["documents", kind.path, "one", id],
    queryFn: () => taggedAnswerOf(api.GET(oneAt(kind), { params: { path: { id } } })),
  });

export const documentJournalQuery = (kind: DocumentKind, id: string) =>
  queryOptions({
    queryKey: ["documents", kind.path, "journal", id],
    queryFn: () => answerOf(api.GET(verbAt(kind, "journal") as "/api/invoices/{id}/journal", { params: { path: { id } } })),
  });

/** What settles it, or what it settles. */
export const documentAllocationsQuery = (kind: DocumentKind, id: string) =>
  queryOptions({
    queryKey: ["documents", kind.path, "allocations", id],
    queryFn: (): Promise<Allocation[]> => answerOf(api.GET(verbAt(kind, "allocations") as "/api/invoices/{id}/allocations", { params: { path: { id } } })),
  });

export const createDocument = (kind: DocumentKind, body: DocumentInput & { issue?: boolean }) => taggedAnswerOf(api.POST(listAt(kind), { body }));

export const changeDocument = (kind: DocumentKind, id: string, body: DocumentInput, tag?: string) =>
  taggedAnswerOf(api.PUT(oneAt(kind), { params: { path: { id }, header: ifMatch(tag) }, body }));

export const deleteDocument = (kind: DocumentKind, id: string, tag?: string) => answerOf(api.DELETE(oneAt(kind), { params: { path: { id }, header: ifMatch(tag) } }));

/** An opening balance: the same document, written with one amount. */
export const createOpeningDocument = (kind: DocumentKind, body: OpeningDocumentInput & { issue?: boolean }) =>
  taggedAnswerOf(api.POST(listAt(kind) as "/api/customer-opening-balances", { body }));

export const changeOpeningDocument = (kind: DocumentKind, id: string, body: OpeningDocumentInput, tag?: string) =>
  taggedAnswerOf(api.PUT(oneAt(kind) as "/api/customer-opening-balances/{id}", { params: { path: { id }, header: ifMatch(tag) }, body }));

/** Verbs that take nothing: issue, open, publish, send, accept, decline, close, cancel, reopen. */
export const moveDocument = (kind: DocumentKind, id: string, verb: string, tag?: string) =>
  taggedAnswerOf(api.POST(verbAt(kind, verb), { params: { path: { id }, header: ifMatch(tag) } }));

export const duplicateDocument = (kind: DocumentKind, id: string) =>
  taggedAnswerOf(api.POST(verbAt(kind, "duplicate") as "/api/invoices/{id}/duplicate", { params: { path: { id } } }));

export const voidDocument = (kind: DocumentKind, id: string, body: { date?: string; reason?: string }, tag?: string) =>
  taggedAnswerOf(api.POST(verbAt(kind, "void") as "/api/invoices/{id}/void", { params: { path: { id }, header: ifMatch(tag) }, body }));

export const convertDocument = (kind: DocumentKind, id: string, body: ConvertInput, tag?: string) =>
  taggedAnswerOf(api.POST(verbAt(kind, "convert") as "/api/invoices/{id}/convert", { params: { path: { id }, header: ifMatch(tag) }, body }));

export const writeOffDocument = (kind: DocumentKind, id: string, body: { date: string; reason?: string }) =>
  taggedAnswerOf(api.POST(verbAt(kind, "write-off") as "/api/invoices/{id}/write-off", { params: { path: { id } }, body }));

export const cancelWriteOff = (kind: DocumentKind, id: string, body: { date?: string; reason?: string }) =>
  taggedAnswerOf(api.POST(verbAt(kind, "cancel-write-off") as "/api/invoices/{id}/cancel-write-off", { params: { path: { id } }, body }));

export const applyCredit = (kind: DocumentKind, id: string, body: { allocations: AllocationInput[]; date?: string }) =>
  answerOf(api.POST(verbAt(kind, "apply") as "/api/credit-notes/{id}/apply", { params: { path: { id } }, body }));

/** Takes one allocation of a credit back; the credit is there again. */
export const unapplyCredit = (kind: DocumentKind, id: string, allocation: string) =>
  answerOf(api.POST(verbAt(kind, "unapply") as "/api/credit-notes/{id}/unapply", { params: { path: { id } }, body: { allocation } }));

export const refundCredit = (kind: DocumentKind, id: string, body: RefundInput) =>
  answerOf(api.POST(verbAt(kind, "refund") as "/api/credit-notes/{id}/refund", { params: { path: { id } }, body }));

export const issueDocuments = (kind: DocumentKind, rows: readonly DocumentRow[]) =>
  answerOf(api.POST(`/api/${kind.path}/bulk-issue` as "/api/invoices/bulk-issue", { body: { ids: rows.map(({ id }) => id) } }));

export const deleteDocuments = (kind: DocumentKind, rows: readonly DocumentRow[]) =>
  answerOf(api.POST(`/api/${kind.path}/bulk-delete` as "/api/invoices/bulk-delete", { body: { ids: rows.map(({ id }) => id) } }));

/** What issuing what is written here would post. */
export const rehearseNew = (kind: DocumentKind, body: DocumentInput) =>
  rehearsed(answerOf(api.POST(listAt(kind), { params: { query: DRY_RUN }, body: { ...body, issue: true } })));

/** What saving the change of an issued document would post: its entry is taken back and posted again. */
export const rehearseChange = (kind: DocumentKind, id: string, body: DocumentInput) =>
  rehearsed(answerOf(api.PUT(oneAt(kind), { params: { path: { id }, query: DRY_RUN }, body })));

export const rehearseMove = (kind: DocumentKind, id: string, verb: string, body?: { date?: string; reason?: string }) =>
  rehearsed(answerOf(api.POST(verbAt(kind, verb) as "/api/invoices/{id}/void", { params: { path: { id }, query: DRY_RUN }, ...(body && { body }) })));

export const unbilledExpensesQuery = (filter: ListSearch & { customer?: string; date_from?: string; date_to?: string; page_size?: number }) =>
  queryOptions({
    queryKey: ["documents", "unbilled", filter],
    queryFn: () => {
      const { customer, page, date_from, date_to, page_size = PAGE_SIZE } = filter;
      const query = { page_size, ...(page && { page }), ...(date_from && { date_from }), ...(date_to && { date_to }), ...(customer && { customer: Number(customer) }) };
      return answerOf(api.GET("/api/unbilled-expenses", { params: { query } }));
    },
    placeholderData: keepPreviousData,
  });

export const documentSettingsQuery = queryOptions({
  queryKey: ["document-settings"],
  queryFn: () => answerOf(api.GET("/api/document-settings")),
  staleTime: 60_000,
});

export const dueDateQuery = (contact: string, date: string) =>
  queryOptions({
    queryKey: ["contacts", "due-date", contact, date],
    queryFn: async () => (await answerOf(api.GET("/api/contacts/{id}/due-date", { params: { path: { id: contact }, query: { date } } }))).due_date,
    staleTime: 60_000,
  });

export interface PriceWish {
  item: string;
  side: "sales" | "purchases";
  currency: string;
  quantity: string;
  price_list?: string | null;
  date: string;
}

/** What an item costs in a document: of the contact's price list, else its own, converted to the currency. */
export const priceQuery = ({ item, price_list, ...wish }: PriceWish) =>
  queryOptions({
    queryKey: ["items", "price", item, price_list, wish],
    queryFn: () => answerOf(api.GET("/api/items/{id}/price", { params: { path: { id: item }, query: { ...wish, convert: true, ...(price_list && { price_list }) } } })),
    staleTime: 60_000,
  });

/** After a document was written, the books are shown anew. */
export const documentsChanged = (client: QueryClient) => booksChanged(client);
