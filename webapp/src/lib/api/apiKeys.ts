import { queryOptions } from "@tanstack/react-query";

import { api, answerOf } from "./client";
import type { ApiKeyInput } from "./types";

export const apiKeysQuery = queryOptions({
  queryKey: ["api-keys"],
  queryFn: () => answerOf(api.GET("/api/api-keys", { params: { query: { page_size: 200 } } })),
});

export const createApiKey = (body: ApiKeyInput) => answerOf(api.POST("/api/api-keys", { body }));

export const revokeApiKey = (id: string) => answerOf(api.DELETE("/api/api-keys/{id}", { params: { path: { id } } }));
