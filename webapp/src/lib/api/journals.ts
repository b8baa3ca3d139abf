import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";

import type { ListSearch } from "@/lib/search";

import { api, answerOf, ifMatch, taggedAnswerOf } from "./client";
import { DRY_RUN, rehearsed } from "./dryRun";
import type { ManualJournalInput } from "./types";

export const JOURNALS_PER_PAGE = 25;
const LISTED = 50;

export type JournalListState = ListSearch & Partial<Record<"status" | "date_from" | "date_to", string>>;

export const journalsQuery = (state: JournalListState) =>
  queryOptions({
    queryKey: ["journals", "list", state],
    // An address holds texts only; the server reads them as what they are.
    queryFn: () => answerOf(api.GET("/api/manual-journals", { params: { query: { ...(state as object), page_size: LISTED } } })),
    placeholderData: keepPreviousData,
  });

export const journalQuery = (id: string) =>
  queryOptions({
    queryKey: ["journals", "one", id],
    queryFn: () => taggedAnswerOf(api.GET("/api/manual-journals/{id}", { params: { path: { id } } })),
  });

export const createJournal = (body: ManualJournalInput) => taggedAnswerOf(api.POST("/api/manual-journals", { body }));

/** What publishing it would post. */
export const rehearseJournal = (body: ManualJournalInput) =>
  rehearsed(answerOf(api.POST("/api/manual-journals", { params: { query: DRY_RUN }, body: { ...body, publish: true } })));

export const changeJournal = (id: string, body: ManualJournalInput, tag?: string) =>
  taggedAnswerOf(api.PUT("/api/manual-journals/{id}", { params: { path: { id }, header: ifMatch(tag) }, body }));

export const deleteJournal = (id: string) => answerOf(api.DELETE("/api/manual-journals/{id}", { params: { path: { id } } }));

export const publishJournal = (id: string, tag?: string) =>
  taggedAnswerOf(api.POST("/api/manual-journals/{id}/publish", { params: { path: { id }, header: ifMatch(tag) } }));

export const voidJournal = (id: string, body: { date?: string; reason?: string }) =>
  answerOf(api.POST("/api/manual-journals/{id}/void", { params: { path: { id } }, body }));

/** Books it back on a later day by an entry of its own; both stand. */
export const reverseJournal = (id: string, body: { date: string }) =>
  answerOf(api.POST("/api/manual-journals/{id}/reverse", { params: { path: { id } }, body }));

export const entryQuery = (id: string) =>
  queryOptions({
    queryKey: ["journal-entries", "one", id],
    queryFn: () => answerOf(api.GET("/api/journal-entries/{id}", { params: { path: { id } } })),
    staleTime: 60_000,
  });

export const accountEntriesQuery = (account: string, page: number) =>
  queryOptions({
    queryKey: ["journal-entries", "account", account, page],
    queryFn: () =>
      answerOf(api.GET("/api/journal-entries", { params: { query: { account: Number(account), include_reversed: true, page, page_size: JOURNALS_PER_PAGE } } })),
    placeholderData: keepPreviousData,
  });

/** What shows the books, or follows from them. */
const BOOKS = [
  "journals",
  "journal-entries",
  "reports",
  "accounts",
  "documents",
  "payments",
  "contacts",
  "items",
  "recurring",
  "opening-balances",
  "revaluations",
  "tax-returns",
  "fiscal-years",
  "number-series",
  "dashboard",
  "search",
  "activity",
];

/** After anything was posted, or a draft changed: all that shows the books is asked for again. */
export async function booksChanged(client: QueryClient): Promise<void> {
  await Promise.all(BOOKS.map((key) => client.invalidateQueries({ queryKey: [key] })));
}
