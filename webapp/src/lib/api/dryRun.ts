/** What would be posted: the same call with `dry_run=true`, which stores nothing. */
import type { JournalEntry } from "./types";

/** An entry that has no id and no number yet. */
export type RehearsedEntry = Omit<JournalEntry, "id" | "number"> & { id: null; number: null };

export interface DryRun {
  dry_run: true;
  entry_count: number;
  entries: RehearsedEntry[];
}

/** The description of the API tells of the real answer only. */
export const rehearsed = (answer: Promise<unknown>) => answer as Promise<DryRun>;

export const DRY_RUN = { dry_run: true };
