import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";

import { api, answerOf, ifMatch, taggedAnswerOf } from "./client";
import type { ContactChange, ContactInput, Listing } from "./types";

export const CONTACTS_OFFERED = 20;

export type Side = "sales" | "purchases";

/** The first contacts that match what was typed; inactive and merged ones are not offered. */
export const contactSearchQuery = (search: string, side?: Side) =>
  queryOptions({
    queryKey: ["contacts", "search", search, side],
    queryFn: async () => {
      const of = side === "sales" ? { is_customer: true } : side && { is_vendor: true };
      const query = { ...(search && { search }), ...of, is_active: true, page_size: CONTACTS_OFFERED };
      const { results } = await answerOf(api.GET("/api/contacts", { params: { query } }));
      return results.map(({ id, name, number }) => ({ id, name, number }));
    },
    staleTime: 30_000,
  });

const A_MOMENT = 20; // milliseconds

/** Once no search is under way: a contact or item that was typed just now is chosen then, or known to be unknown. */
export async function searchesDone(client: QueryClient): Promise<void> {
  const searches = ["contacts", "items"];
  while (searches.some((noun) => client.isFetching({ queryKey: [noun, "search"] }))) await new Promise((resolve) => setTimeout(resolve, A_MOMENT));
}

export const contactNameQuery = (id: string) =>
  queryOptions({
    queryKey: ["contacts", "name", id],
    queryFn: async () => (await answerOf(api.GET("/api/contacts/{id}", { params: { path: { id } } }))).name,
    staleTime: 60_000,
  });

export interface ContactFilter {
  search?: string;
  ordering?: string;
  page?: number;
  page_size?: number;
  is_active?: boolean;
  currency?: string;
  balances?: boolean;
  totals?: boolean;
}

/** Customers, or vendors; whoever is both is on both lists. */
export const contactsQuery = (side: Side, filter: ContactFilter) =>
  queryOptions({
    queryKey: ["contacts", "list", side, filter],
    queryFn: () => answerOf(api.GET(side === "sales" ? "/api/customers" : "/api/vendors", { params: { query: filter } })),
    placeholderData: keepPreviousData,
  });

export const contactQuery = (id: string) =>
  queryOptions({
    queryKey: ["contacts", "one", id],
    queryFn: () => taggedAnswerOf(api.GET("/api/contacts/{id}", { params: { path: { id } } })),
  });

/** What is not settled with a contact at the end of a day: documents, credits, payments in advance. */
export const openItemsQuery = (id: string, filter: { date?: string; side?: Side } = {}) =>
  queryOptions({
    queryKey: ["contacts", "open-items", id, filter],
    queryFn: () => answerOf(api.GET("/api/contacts/{id}/open-items", { params: { path: { id }, query: filter } })),
  });

/** Each movement with a contact between two days, and the balance after it. */
export const statementQuery = (side: Side, contact: string, dates: { date_from?: string; date_to?: string }) =>
  queryOptions({
    queryKey: ["reports", "statement", side, contact, dates],
    queryFn: async () => {
      const path = side === "sales" ? "/api/reports/customer-statement" : "/api/reports/vendor-statement";
      // A report also comes as a file; without asking for one the answer is JSON.
      return (await answerOf(api.GET(path, { params: { query: { contact: [contact], ...dates } } }))) as Listing;
    },
    placeholderData: keepPreviousData,
  });

export const createContact = (body: ContactInput) => answerOf(api.POST("/api/contacts", { body }));

export const changeContact = (id: string, body: ContactChange, tag?: string) =>
  answerOf(api.PATCH("/api/contacts/{id}", { params: { path: { id }, header: ifMatch(tag) }, body }));

export const deleteContact = (id: string) => answerOf(api.DELETE("/api/contacts/{id}", { params: { path: { id } } }));

export const activateContact = (id: string) => answerOf(api.POST("/api/contacts/{id}/activate", { params: { path: { id } } }));

export const deactivateContact = (id: string) => answerOf(api.POST("/api/contacts/{id}/deactivate", { params: { path: { id } } }));

export const mergeContact = (id: string, into: string) => answerOf(api.POST("/api/contacts/{id}/merge", { params: { path: { id } }, body: { into } }));

export async function contactsChanged(client: QueryClient): Promise<void> {
  const changed = ["contacts", "activity"];
  await Promise.all(changed.map((key) => client.invalidateQueries({ queryKey: [key] })));
}
