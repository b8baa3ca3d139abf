import { type QueryClient, queryOptions } from "@tanstack/react-query";

import { api, answerOf } from "./client";

export const CONTACTS_OFFERED = 20;

/** The first contacts that match what was typed; inactive and merged ones are not offered. */
export const contactSearchQuery = (search: string) =>
  queryOptions({
    queryKey: ["contacts", "search", search],
    queryFn: async () => {
      const query = { ...(search && { search }), is_active: true, page_size: CONTACTS_OFFERED };
      const { results } = await answerOf(api.GET("/api/contacts", { params: { query } }));
      return results.map(({ id, name, number }) => ({ id, name, number }));
    },
    staleTime: 30_000,
  });

const A_MOMENT = 20; // milliseconds

/** Once no search is under way: a contact that was typed just now is chosen then, or known to be unknown. */
export async function contactsFound(client: QueryClient): Promise<void> {
  while (client.isFetching({ queryKey: ["contacts", "search"] })) await new Promise((resolve) => setTimeout(resolve, A_MOMENT));
}

export const contactNameQuery = (id: string) =>
  queryOptions({
    queryKey: ["contacts", "name", id],
    queryFn: async () => (await answerOf(api.GET("/api/contacts/{id}", { params: { path: { id } } }))).name,
    staleTime: 60_000,
  });
