import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, answerOf } from "./client";

const PAGE_SIZE = 25;
export const REVALUATIONS_PER_PAGE = PAGE_SIZE;

interface Asked {
  date: string;
  rates: Record<string, string>;
}

export const revaluationsQuery = (page: number) =>
  queryOptions({
    queryKey: ["revaluations", "list", page],
    queryFn: () => answerOf(api.GET("/api/revaluations", { params: { query: { page, page_size: PAGE_SIZE } } })),
    placeholderData: keepPreviousData,
  });

/** What would change; nothing is stored. */
export const revaluationPreviewQuery = (body: Asked) =>
  queryOptions({
    queryKey: ["previews", "revaluations", body],
    queryFn: () => answerOf(api.POST("/api/revaluations/preview", { body })),
    retry: false,
    gcTime: 0,
    placeholderData: keepPreviousData,
  });

export const revalue = (body: Asked) => answerOf(api.POST("/api/revaluations", { body }));

export const undoRevaluation = (id: string) => answerOf(api.POST("/api/revaluations/{id}/undo", { params: { path: { id } } }));
