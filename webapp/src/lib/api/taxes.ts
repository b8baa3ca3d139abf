import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";

import type { ListSearch } from "@/lib/search";

import { api, answerOf } from "./client";
import { DRY_RUN, rehearsed } from "./dryRun";
import { booksChanged } from "./journals";
import type { TaxRateChange, TaxRateInput, TaxReturnInput } from "./types";

const RATES = "tax-rates";
const RETURNS = "tax-returns";
const PAGE_SIZE = 50;

/** All of them, also the inactive ones: nobody has more than a few. */
export const taxRatesQuery = queryOptions({
  queryKey: [RATES, "all"],
  queryFn: async () => (await answerOf(api.GET("/api/tax-rates", { params: { query: { page_size: 200, ordering: "code" } } }))).results,
  staleTime: 60_000,
});

export const taxRateQuery = (id: string) =>
  queryOptions({ queryKey: [RATES, "one", id], queryFn: () => answerOf(api.GET("/api/tax-rates/{id}", { params: { path: { id } } })) });

export const createTaxRate = (body: TaxRateInput) => answerOf(api.POST("/api/tax-rates", { body }));

export const changeTaxRate = (id: string, body: TaxRateChange) => answerOf(api.PATCH("/api/tax-rates/{id}", { params: { path: { id } }, body }));

export const deleteTaxRate = (id: string) => answerOf(api.DELETE("/api/tax-rates/{id}", { params: { path: { id } } }));

export const setTaxPercentage = (id: string, body: { valid_from: string; percent: string }) =>
  answerOf(api.POST("/api/tax-rates/{id}/percentages", { params: { path: { id } }, body }));

export const removeTaxPercentage = (id: string, valid_from: string) =>
  answerOf(api.DELETE("/api/tax-rates/{id}/percentages/{valid_from}", { params: { path: { id, valid_from } } }));

export const taxRatesChanged = (client: QueryClient) => client.invalidateQueries({ queryKey: [RATES] });

export type TaxReturnFilter = ListSearch & { status?: string };

export const taxReturnsQuery = ({ status, ...rest }: TaxReturnFilter) =>
  queryOptions({
    queryKey: [RETURNS, "list", status, rest],
    queryFn: () =>
      answerOf(api.GET("/api/tax-returns", { params: { query: { ...rest, ...(status && { status: status as "draft" | "filed" | "paid" | "unfiled" }), page_size: PAGE_SIZE } } })),
    placeholderData: keepPreviousData,
  });

export const taxReturnQuery = (id: string) =>
  queryOptions({ queryKey: [RETURNS, "one", id], queryFn: () => answerOf(api.GET("/api/tax-returns/{id}", { params: { path: { id } } })) });

export type Frequency = "monthly" | "quarterly" | "yearly";

export const nextReturnQuery = (frequency: Frequency) =>
  queryOptions({ queryKey: [RETURNS, "next", frequency], queryFn: () => answerOf(api.GET("/api/tax-returns/next", { params: { query: { frequency } } })) });

export interface TaxLineFilter {
  tax_rate?: string;
  percent?: string;
  side?: "sales" | "purchases";
  late?: boolean;
  page?: number;
}

export const taxLinesQuery = (id: string, { tax_rate, ...filter }: TaxLineFilter) =>
  queryOptions({
    queryKey: [RETURNS, "lines", id, tax_rate, filter],
    queryFn: () =>
      answerOf(
        api.GET("/api/tax-returns/{id}/lines", { params: { path: { id }, query: { ...filter, ...(tax_rate && { tax_rate: Number(tax_rate) }), page_size: PAGE_SIZE } } }),
      ),
    placeholderData: keepPreviousData,
  });

export const TAX_LINES_PER_PAGE = PAGE_SIZE;

export const prepareReturn = (body: TaxReturnInput) => answerOf(api.POST("/api/tax-returns", { body }));

export const changeReturn = (id: string, body: Partial<TaxReturnInput>) => answerOf(api.PATCH("/api/tax-returns/{id}", { params: { path: { id } }, body }));

export const deleteReturn = (id: string) => answerOf(api.DELETE("/api/tax-returns/{id}", { params: { path: { id } } }));

export const adjustReturn = (id: string, adjustments: { account: string; amount: string; reason: string }[]) =>
  answerOf(api.PUT("/api/tax-returns/{id}/adjustments", { params: { path: { id } }, body: { adjustments } }));

export const fileReturn = (id: string, body: { date?: string; reference?: string }) =>
  answerOf(api.POST("/api/tax-returns/{id}/file", { params: { path: { id } }, body }));

/** What filing posts. */
export const filingPreviewQuery = (id: string, body: { date?: string }) =>
  queryOptions({
    queryKey: ["previews", RETURNS, id, body],
    queryFn: () => rehearsed(answerOf(api.POST("/api/tax-returns/{id}/file", { params: { path: { id }, query: DRY_RUN }, body }))),
    retry: false,
    gcTime: 0,
  });

export const unfileReturn = (id: string, body: { reason: string; date?: string }) =>
  answerOf(api.POST("/api/tax-returns/{id}/unfile", { params: { path: { id } }, body }));

export const payReturn = (id: string, body: { date: string; account: string; amount?: string; reference?: string }) =>
  answerOf(api.POST("/api/tax-returns/{id}/pay", { params: { path: { id } }, body }));

export const voidTaxPayment = (id: string, payment_id: string, body: { date?: string }) =>
  answerOf(api.POST("/api/tax-returns/{id}/payments/{payment_id}/void", { params: { path: { id, payment_id } }, body }));

export async function taxReturnsChanged(client: QueryClient): Promise<void> {
  await Promise.all([client.invalidateQueries({ queryKey: [RETURNS] }), booksChanged(client)]);
}
