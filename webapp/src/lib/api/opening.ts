import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";

import type { DocumentKind } from "@/lib/kinds";

import { api, answerOf } from "./client";
import { DRY_RUN, rehearsed } from "./dryRun";
import { booksChanged } from "./journals";
import type { DocumentRow, OpeningInput } from "./types";

const KEY = "opening-balances";

export const openingQuery = queryOptions({ queryKey: [KEY, "accounts"], queryFn: () => answerOf(api.GET("/api/opening-balances")) });

export const writeOpening = (body: OpeningInput) => answerOf(api.PUT("/api/opening-balances", { body }));

export const postOpening = () => answerOf(api.POST("/api/opening-balances/post"));

export const openingPreviewQuery = queryOptions({
  queryKey: ["previews", KEY],
  queryFn: () => rehearsed(answerOf(api.POST("/api/opening-balances/post", { params: { query: DRY_RUN } }))),
  retry: false,
  gcTime: 0,
});

const PAGE_SIZE = 200;

/** What customers or vendors owed or were owed when the books began, and what all of it comes to. */
export const openItemsQuery = (kind: DocumentKind, page = 1) =>
  queryOptions({
    queryKey: [KEY, kind.path, page],
    queryFn: () => openItemsOn(kind, page),
    placeholderData: keepPreviousData,
  });

const openItemsOn = (kind: DocumentKind, page: number) =>
  answerOf(
    // Both kinds have one shape: that of customers stands for both.
    api.GET(`/api/${kind.path}` as "/api/customer-opening-balances", { params: { query: { page, page_size: PAGE_SIZE, ordering: "date" } } }),
  );

/** All of them, page by page. One that another person adds meanwhile may move a row to the next page: it counts once. */
export const allOpenItemsQuery = (kind: DocumentKind) =>
  queryOptions({
    queryKey: [KEY, kind.path, "all"],
    queryFn: async (): Promise<DocumentRow[]> => {
      const found = new Map<string, DocumentRow>();
      for (let page = 1, pages = 1; page <= pages; page++) {
        const { results, count } = await openItemsOn(kind, page);
        for (const row of results) found.set(row.id, row);
        pages = Math.ceil(count / PAGE_SIZE);
      }
      return [...found.values()];
    },
  });

export const OPEN_ITEMS_PER_PAGE = PAGE_SIZE;

export const openingChanged = (client: QueryClient) => booksChanged(client);
