/** How a person likes to work in an organization: kept by the server, so that it is the same on every machine. */
import { queryOptions } from "@tanstack/react-query";

import { api, answerOf } from "./client";

export type Preferences = Record<string, unknown>;

export const preferencesQuery = (organization: string) =>
  queryOptions({
    queryKey: ["preferences", organization],
    queryFn: (): Promise<Preferences> => answerOf(api.GET("/api/organizations/{organization_id}/preferences", { params: { path: { organization_id: organization } } })),
    staleTime: Infinity,
  });

/** What is null is forgotten. */
export const changePreferences = (organization: string, changes: Preferences): Promise<Preferences> =>
  answerOf(api.PATCH("/api/organizations/{organization_id}/preferences", { params: { path: { organization_id: organization } }, body: changes }));
