import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

import { saveFile } from "@/lib/download";

import { api, answerOf } from "./client";
import { problemFrom } from "./problem";
import type { Journal, LedgerLines, Listing, Report, ReportDescription, TaxDetail, TaxSummary, TrialBalance } from "./types";

/** Parameters behind the `?` of a report. Every report names its own in `takes`; the server refuses what it has not. */
export type ReportQuery = Readonly<Record<string, string | readonly string[]>>;
export type ReportAnswer = Report | TrialBalance | Listing | TaxSummary | TaxDetail | Journal;
export type ReportFile = "csv" | "xlsx" | "pdf";

/** The reports have one address each and the same parameters: the typed client is told one of them. */
type AnyReport = "/api/reports/profit-and-loss";
const ADDRESS = "/api/reports/";
const at = (name: string) => `${ADDRESS}${name}` as AnyReport;

export const reportsQuery = queryOptions({
  queryKey: ["report-list"],
  queryFn: (): Promise<ReportDescription[]> => answerOf(api.GET("/api/reports")),
  staleTime: Infinity,
});

export const reportQuery = (name: string, query: ReportQuery) =>
  queryOptions({
    queryKey: ["reports", name, query],
    queryFn: async () => (await answerOf(api.GET(at(name), { params: { query: query } }))) as ReportAnswer,
    placeholderData: keepPreviousData,
  });

/** The lines behind an amount. */
export const ledgerLinesQuery = (query: ReportQuery) =>
  queryOptions({
    queryKey: ["reports", "general-ledger", "lines", query],
    queryFn: async (): Promise<LedgerLines> => answerOf(api.GET("/api/reports/general-ledger/lines", { params: { query: query } })),
    placeholderData: keepPreviousData,
  });

/** The report as a file, with the same parameters. */
export async function saveReport(name: string, query: ReportQuery, format: ReportFile): Promise<void> {
  const { response, error } = await api.GET(at(name), { params: { query: { ...(query as object), format } }, parseAs: "stream" });
  if (!response.ok) throw problemFrom(response, error);
  await saveFile(response, `${name}.${format}`);
}

const withCursor = (query: ReportQuery, cursor: string): object => (cursor ? { ...query, cursor } : query);

/** The journal and the entries of taxes, page after page. */
export const pagedReportQuery = (name: string, query: ReportQuery) =>
  infiniteQueryOptions({
    queryKey: ["reports", name, "pages", query],
    queryFn: async ({ pageParam }) =>
      (await answerOf(api.GET(at(name), { params: { query: withCursor(query, pageParam) } }))) as unknown as Journal | TaxDetail,
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });
