/** The whole of a filtered list as a file. */
import { saveFile } from "@/lib/download";

import { api } from "./client";
import { problemFrom } from "./problem";
import type { paths } from "./schema";

export type ListFormat = "csv" | "xlsx";

/** Every list that can be had as a file; they all take `format`. */
type Exported = { [Path in keyof paths]: paths[Path] extends { get: { parameters: { query?: { format?: "csv" | "json" | "xlsx" } } } } ? Path : never }[keyof paths];

/** `exportList("/api/invoices", { state: "overdue" }, "csv")`: what the list shows with these filters, all its pages. */
export async function exportList(path: Exported, query: object, format: ListFormat): Promise<void> {
  const sent = { ...query, format, page: undefined, page_size: undefined, totals: undefined };
  const { data, error, response } = await api.GET(path, { params: { query: sent }, parseAs: "blob" });
  if (!response.ok) throw problemFrom(response, error);
  await saveFile(new Response(data as Blob, { headers: response.headers }), `${path.split("/").at(-1)}.${format}`);
}
