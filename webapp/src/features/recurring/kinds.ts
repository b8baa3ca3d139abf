import { DOCUMENT_KINDS, type DocumentKind, RECURRING_KINDS, type RecurringKind } from "@/lib/kinds";

export const recurringKindAt = (path: string): RecurringKind | undefined => RECURRING_KINDS.find((kind) => kind === path);

/** What a template makes: a kind of document, or a journal (none). */
export const madeBy = (kind: RecurringKind): DocumentKind | undefined => DOCUMENT_KINDS.find(({ path }) => path === kind);

/** As entries and trails name what is made. */
export const sourceKind = (kind: RecurringKind): string => madeBy(kind)?.value ?? "manual_journal";

/** The verb that is done with what is made at once, unless it stays a draft. */
export const ACTIONS = { journals: "publish", invoices: "issue", bills: "open", expenses: "publish" } as const;

export const FREQUENCIES = ["weekly", "monthly", "quarterly", "yearly"] as const;
export type Frequency = (typeof FREQUENCIES)[number];
