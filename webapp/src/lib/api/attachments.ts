import { queryOptions } from "@tanstack/react-query";

import { saveFile } from "@/lib/download";

import { api, answerOf } from "./client";
import { problemFrom } from "./problem";
import type { Attachment } from "./types";

/** What files are attached to has its own address each; the typed client is told one of them. */
type AnyFiles = "/api/invoices/{id}/attachments";
const at = (of: string) => `/api/${of}/{id}/attachments` as AnyFiles;

/** `of` is the word in the address: contacts, items, manual-journals, invoices ... */
export const attachmentsQuery = (of: string, id: string) =>
  queryOptions({
    queryKey: ["attachments", of, id],
    queryFn: (): Promise<Attachment[]> => answerOf(api.GET(at(of), { params: { path: { id } } })),
  });

export function addAttachment(of: string, id: string, file: File): Promise<Attachment> {
  const body = new FormData();
  body.append("file", file);
  return answerOf(api.POST(at(of), { params: { path: { id } }, body: { file: file.name }, bodySerializer: () => body }));
}

export const deleteAttachment = (id: string) => answerOf(api.DELETE("/api/attachments/{id}", { params: { path: { id } } }));

export async function saveAttachment({ id, name }: Attachment): Promise<void> {
  const { response, error } = await api.GET("/api/attachments/{id}", { params: { path: { id } }, parseAs: "stream" });
  if (!response.ok) throw problemFrom(response, error);
  await saveFile(response, name);
}
