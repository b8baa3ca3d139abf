/** What is written again and again: journals, invoices, bills, expenses. They share their schedule and their calls. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import type { RecurringKind } from "@/lib/kinds";
import type { ListSearch } from "@/lib/search";

import { api, answerOf, ifMatch, taggedAnswerOf } from "./client";
import type { RecurringDocument, RecurringDocumentInput, RecurringJournal, RecurringJournalInput, ScheduleInput } from "./types";

const PAGE_SIZE = 50;

// The generated client knows each kind's addresses apart; the schedule and the calls are the same, and those of invoices stand for all.
const listAt = (kind: RecurringKind) => `/api/recurring-${kind}` as "/api/recurring-invoices";
const oneAt = (kind: RecurringKind) => `/api/recurring-${kind}/{id}` as "/api/recurring-invoices/{id}";
const verbAt = (kind: RecurringKind, verb: string) => `/api/recurring-${kind}/{id}/${verb}` as "/api/recurring-invoices/{id}/run";

/** What journals and documents have in common as templates. */
export type Template = RecurringDocument | RecurringJournal;
export type TemplateInput = RecurringDocumentInput | RecurringJournalInput;
export type RecurringVerb = "pause" | "resume" | "run" | "skip";

export const templatesQuery = (kind: RecurringKind, state: ListSearch & { state?: string }) =>
  queryOptions({
    queryKey: ["recurring", kind, "list", state],
    queryFn: () => answerOf(api.GET(listAt(kind), { params: { query: { ...(state as object), page_size: PAGE_SIZE } } })),
    placeholderData: keepPreviousData,
  });

export const templateQuery = (kind: RecurringKind, id: string) =>
  queryOptions({
    queryKey: ["recurring", kind, "one", id],
    queryFn: () => taggedAnswerOf(api.GET(oneAt(kind), { params: { path: { id } } })),
  });

export const RUNS_SHOWN = 25;

export const runsQuery = (kind: RecurringKind, id: string, page: number) =>
  queryOptions({
    queryKey: ["recurring", kind, "runs", id, page],
    queryFn: () => answerOf(api.GET(verbAt(kind, "runs") as "/api/recurring-invoices/{id}/runs", { params: { path: { id }, query: { page, page_size: RUNS_SHOWN } } })),
    placeholderData: keepPreviousData,
  });

/** The first dates of a schedule that is being written. */
export const datesQuery = (kind: RecurringKind, schedule: ScheduleInput) =>
  queryOptions({
    queryKey: ["recurring", "dates", schedule],
    queryFn: async () => (await answerOf(api.POST(`/api/recurring-${kind}/preview` as "/api/recurring-invoices/preview", { body: schedule }))).dates,
    placeholderData: keepPreviousData,
    retry: false,
  });

export const createTemplate = (kind: RecurringKind, body: TemplateInput) => taggedAnswerOf(api.POST(listAt(kind), { body: body as RecurringDocumentInput }));

export const changeTemplate = (kind: RecurringKind, id: string, body: TemplateInput, tag?: string) =>
  taggedAnswerOf(api.PATCH(oneAt(kind), { params: { path: { id }, header: ifMatch(tag) }, body: body as RecurringDocumentInput }));

export const deleteTemplate = (kind: RecurringKind, id: string) => answerOf(api.DELETE(oneAt(kind), { params: { path: { id } } }));

export const moveTemplate = (kind: RecurringKind, id: string, verb: RecurringVerb) => answerOf(api.POST(verbAt(kind, verb), { params: { path: { id } } }));
