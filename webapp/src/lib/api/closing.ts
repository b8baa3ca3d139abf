import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";

import { api, answerOf } from "./client";
import { DRY_RUN, rehearsed } from "./dryRun";
import { booksChanged } from "./journals";
import type { LockInput, UnlockInput } from "./types";

const LOCKS = "period-locks";
const YEARS = "fiscal-years";

export const locksQuery = queryOptions({ queryKey: [LOCKS, "now"], queryFn: () => answerOf(api.GET("/api/period-locks")) });

export const LOCK_CHANGES_PER_PAGE = 20;

export const lockHistoryQuery = (page: number) =>
  queryOptions({
    queryKey: [LOCKS, "history", page],
    queryFn: () => answerOf(api.GET("/api/period-locks/history", { params: { query: { page, page_size: LOCK_CHANGES_PER_PAGE } } })),
    placeholderData: keepPreviousData,
  });

export const setLock = (body: LockInput) => answerOf(api.PUT("/api/period-locks", { body }));

export const openWindow = (body: UnlockInput) => answerOf(api.POST("/api/period-locks/unlocks", { body }));

export const endWindow = (id: string) => answerOf(api.DELETE("/api/period-locks/unlocks/{id}", { params: { path: { id } } }));

export const locksChanged = (client: QueryClient) => Promise.all([LOCKS, "activity"].map((key) => client.invalidateQueries({ queryKey: [key] })));

export const fiscalYearsQuery = queryOptions({ queryKey: [YEARS], queryFn: () => answerOf(api.GET("/api/fiscal-years")) });

export type YearStep = "close" | "close-again" | "reopen";

const params = (last_day: string) => ({ path: { last_day } });

export function doYearStep(step: YearStep, last_day: string, lock: boolean): Promise<unknown> {
  if (step === "close") return answerOf(api.POST("/api/fiscal-years/{last_day}/close", { params: params(last_day), body: { lock } }));
  if (step === "close-again") return answerOf(api.POST("/api/fiscal-years/{last_day}/close-again", { params: params(last_day) }));
  return answerOf(api.POST("/api/fiscal-years/{last_day}/reopen", { params: params(last_day) }));
}

/** What the step would post. */
export const yearPreviewQuery = (step: YearStep, last_day: string) =>
  queryOptions({
    queryKey: ["previews", YEARS, step, last_day],
    queryFn: () => {
      const asked = { params: { ...params(last_day), query: DRY_RUN } };
      if (step === "close") return rehearsed(answerOf(api.POST("/api/fiscal-years/{last_day}/close", { ...asked, body: { lock: false } })));
      if (step === "close-again") return rehearsed(answerOf(api.POST("/api/fiscal-years/{last_day}/close-again", asked)));
      return rehearsed(answerOf(api.POST("/api/fiscal-years/{last_day}/reopen", asked)));
    },
    retry: false,
    gcTime: 0,
  });

export async function yearsChanged(client: QueryClient): Promise<void> {
  await Promise.all([booksChanged(client), locksChanged(client)]);
}
