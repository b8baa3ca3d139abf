import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, answerOf } from "./client";

const POLL_MS = 400;

/** A job, asked for again until it has ended. */
export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: ["jobs", id],
    queryFn: () => answerOf(api.GET("/api/jobs/{id}", { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data?.state === "succeeded" || state.data?.state === "failed" ? false : POLL_MS),
  });

export const JOBS_PER_PAGE = 25;
const LIST_POLL_MS = 2000;

/** What was and is worked at, asked for again while something is under way. */
export const jobsQuery = (page: number) =>
  queryOptions({
    queryKey: ["jobs", "list", page],
    queryFn: () => answerOf(api.GET("/api/jobs", { params: { query: { page, page_size: JOBS_PER_PAGE } } })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.results.some((job) => job.state === "queued" || job.state === "running") ? LIST_POLL_MS : false),
  });
