import { queryOptions } from "@tanstack/react-query";

import { api, answerOf } from "./client";

const POLL_MS = 400;

/** A job, asked for again until it has ended. */
export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: ["jobs", id],
    queryFn: () => answerOf(api.GET("/api/jobs/{id}", { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data?.state === "succeeded" || state.data?.state === "failed" ? false : POLL_MS),
  });
