import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, answerOf } from "./client";

export const ACTIVITY_SHOWN = 50;

/** What was done with one thing, newest first. */
export const activityOfQuery = (subject: string, id: string, page = 1) =>
  queryOptions({
    queryKey: ["activity", subject, id, page],
    queryFn: () => answerOf(api.GET("/api/activity", { params: { query: { subject, id: Number(id), page, page_size: ACTIVITY_SHOWN } } })),
    placeholderData: keepPreviousData,
  });
