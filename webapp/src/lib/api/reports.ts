import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, answerOf } from "./client";

export interface TrialBalanceFilter {
  date?: string;
  date_from?: string;
  zero_rows?: boolean;
}

export const trialBalanceQuery = (filter: TrialBalanceFilter) =>
  queryOptions({
    queryKey: ["reports", "trial-balance", filter],
    queryFn: () => answerOf(api.GET("/api/reports/trial-balance", { params: { query: filter } })),
    placeholderData: keepPreviousData,
  });
