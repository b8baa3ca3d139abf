import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, answerOf } from "./client";
import type { TrialBalance } from "./types";

export interface TrialBalanceFilter {
  date?: string;
  date_from?: string;
  zero_rows?: boolean;
}

export const trialBalanceQuery = (filter: TrialBalanceFilter) =>
  queryOptions({
    queryKey: ["reports", "trial-balance", filter],
    // A report also comes as a file; without asking for one the answer is JSON.
    queryFn: async () => (await answerOf(api.GET("/api/reports/trial-balance", { params: { query: filter } }))) as TrialBalance,
    placeholderData: keepPreviousData,
  });
