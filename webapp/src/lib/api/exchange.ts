/** The whole books as a file, and the entries of one from elsewhere. */
import { saveFile } from "@/lib/download";

import { api, answerOf } from "./client";
import { DRY_RUN } from "./dryRun";
import { problemFrom } from "./problem";
import type { ImportInput } from "./types";

export type ExportFormat = "hledger" | "beancount" | "jsonl";

export async function exportBooks(format: ExportFormat): Promise<void> {
  const { data, error, response } = await api.GET("/api/export", { params: { query: { format } }, parseAs: "blob" });
  if (!response.ok) throw problemFrom(response, error);
  await saveFile(new Response(data, { headers: response.headers }), `books.${format}`);
}

/** What importing would do; nothing is stored. Its errors are in the report. */
export const checkImport = (body: ImportInput) => answerOf(api.POST("/api/imports", { params: { query: DRY_RUN }, body }));

export const importFile = (body: ImportInput) => answerOf(api.POST("/api/imports", { body }));
