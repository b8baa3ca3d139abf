import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import type { ListSearch } from "@/lib/search";

import { api, answerOf } from "./client";

export const ACTIVITY_SHOWN = 50;

/** What was done with one thing, newest first. */
export const activityOfQuery = (subject: string, id: string, page = 1) =>
  queryOptions({
    queryKey: ["activity", subject, id, page],
    queryFn: () => answerOf(api.GET("/api/activity", { params: { query: { subject, id: Number(id), page, page_size: ACTIVITY_SHOWN } } })),
    placeholderData: keepPreviousData,
  });

export interface TrailFilter extends ListSearch {
  subject?: string;
  id?: string;
  user?: string;
  verb?: string;
  at_from?: string;
  at_to?: string;
}

/** What the address holds, as the server reads it: whole days become instants where this person is. */
function asked({ at_from, at_to, id, user, ...rest }: TrailFilter) {
  const dayAfter = (day: string) => new Date(new Date(`${day}T00:00`).getTime() + 86_400_000);
  return {
    ...rest,
    ...(id && { id: Number(id) }),
    ...(user && { user: Number(user) }),
    ...(at_from && { at_from: new Date(`${at_from}T00:00`).toISOString() }),
    ...(at_to && { at_to: dayAfter(at_to).toISOString() }),
    page_size: ACTIVITY_SHOWN,
  };
}

/** What was done in the books, or with the organization itself. */
export const trailQuery = (trail: "books" | "organization", filter: TrailFilter) =>
  queryOptions({
    queryKey: ["activity", "trail", trail, filter],
    queryFn: () =>
      // Both trails have one shape; only in the books something is done with a key.
      answerOf(api.GET((trail === "books" ? "/api/activity" : "/api/organization-activity") as "/api/activity", { params: { query: asked(filter) } })),
    placeholderData: keepPreviousData,
  });
