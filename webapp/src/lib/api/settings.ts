import { queryOptions } from "@tanstack/react-query";

import { api, answerOf } from "./client";
import type { NumberSeries } from "./types";

/** How documents are numbered, by kind. */
export const numberSeriesQuery = queryOptions({ queryKey: ["number-series"], queryFn: () => answerOf(api.GET("/api/number-series")) });

export const changeNumberSeries = (id: string, body: Partial<Pick<NumberSeries, "prefix" | "padding" | "yearly_reset" | "next_number">>) =>
  answerOf(api.PATCH("/api/number-series/{id}", { params: { path: { id } }, body }));

export const changeDocumentSettings = (tax_rounding: "document" | "line") => answerOf(api.PATCH("/api/document-settings", { body: { tax_rounding } }));
