import { queryOptions } from "@tanstack/react-query";

import { api, answerOf } from "./client";
import type { OrganizationChange, OrganizationInput } from "./types";

export const organizationsQuery = queryOptions({
  queryKey: ["organizations"],
  queryFn: () => answerOf(api.GET("/api/organizations")),
});

export const setUpChoicesQuery = queryOptions({
  queryKey: ["set-up-choices"],
  queryFn: () => answerOf(api.GET("/api/set-up-choices")),
  staleTime: Infinity,
});

export const setUpOrganization = (body: OrganizationInput) => answerOf(api.POST("/api/organizations", { body }));

export const changeOrganization = (id: string, body: OrganizationChange) =>
  answerOf(api.PATCH("/api/organizations/{organization_id}", { params: { path: { organization_id: id } }, body }));

export const retrySetUp = (id: string) => answerOf(api.POST("/api/organizations/{organization_id}/set-up", { params: { path: { organization_id: id } } }));
