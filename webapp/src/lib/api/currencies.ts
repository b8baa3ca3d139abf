import { queryOptions } from "@tanstack/react-query";

import { api, answerOf } from "./client";

/** The base currency and the enabled ones, each with the rate that holds today. */
export const currenciesQuery = queryOptions({
  queryKey: ["currencies"],
  queryFn: () => answerOf(api.GET("/api/currencies")),
  staleTime: 60_000,
});

/** What one unit costs in base currency on a day. */
export const latestRateQuery = (currency: string, date?: string) =>
  queryOptions({
    queryKey: ["exchange-rates", "latest", currency, date],
    queryFn: () => answerOf(api.GET("/api/exchange-rates/latest", { params: { query: { currency, ...(date && { date }) } } })),
    retry: false,
    staleTime: 60_000,
  });
