/** How steps of the activity trails are told: the server's words, and what an edit changed. */
import { said } from "./i18n/said";

interface Told {
  before?: unknown;
  after?: unknown;
}

const spaced = (word: string) => word.replace(/_id$/, "").replaceAll("_", " ");

/** "written_off" -> "Written off": the server's word, told in the person's language where it is known. */
export function wordOf(word: string): string {
  const words = spaced(word);
  return said(words.charAt(0).toUpperCase() + words.slice(1));
}

/** The names of what an edit changed. */
export function changedFields({ before, after }: Told): string[] {
  if (!isRecord(before) || !isRecord(after)) return [];
  return Object.keys(after).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}

export const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
