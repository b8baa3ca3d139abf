import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, answerOf } from "./client";

export const searchQuery = (words: string) =>
  queryOptions({
    queryKey: ["search", words],
    queryFn: ({ signal }) => answerOf(api.GET("/api/search", { params: { query: { q: words, limit: 6 } }, signal })),
    enabled: words !== "",
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
