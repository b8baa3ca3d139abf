import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";

import { api, answerOf } from "./client";
import type { RateImportInput } from "./types";

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

export interface RateFilter {
  currency?: string;
  date_from?: string;
  date_to?: string;
  page: number;
}

export const RATES_PER_PAGE = 25;

export const ratesQuery = (filter: RateFilter) =>
  queryOptions({
    queryKey: ["exchange-rates", "list", filter],
    queryFn: () => answerOf(api.GET("/api/exchange-rates", { params: { query: { ...filter, ordering: "-date", page_size: RATES_PER_PAGE } } })),
    placeholderData: keepPreviousData,
  });

export const addCurrency = (code: string) => answerOf(api.POST("/api/currencies", { body: { code } }));

export const removeCurrency = (code: string) => answerOf(api.DELETE("/api/currencies/{code}", { params: { path: { code } } }));

export const addRate = (body: { currency: string; date: string; rate: string }) => answerOf(api.POST("/api/exchange-rates", { body }));

export const changeRate = (id: string, rate: string) => answerOf(api.PATCH("/api/exchange-rates/{id}", { params: { path: { id } }, body: { rate } }));

export const deleteRate = (id: string) => answerOf(api.DELETE("/api/exchange-rates/{id}", { params: { path: { id } } }));

export const importRates = (body: RateImportInput) => answerOf(api.POST("/api/exchange-rates/import", { body }));

/** A job that asks the provider. */
export const fetchRates = () => answerOf(api.POST("/api/exchange-rates/fetch"));

export const ratesChanged = (client: QueryClient) =>
  Promise.all(["currencies", "exchange-rates", "activity"].map((key) => client.invalidateQueries({ queryKey: [key] })));
