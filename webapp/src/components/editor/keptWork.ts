/** What somebody is typing, kept on this browser until it is saved: a crash, a flat battery or a closed tab loses nothing. */

export interface Kept<Values> {
  /** When it was typed. */
  at: string;
  values: Values;
}

const PREFIX = "ledger.unsaved.";

/** Of one person in one organization: nobody else at this browser sees it. */
export const keyOf = (user: string, organization: string, work: string) => `${PREFIX}${user}.${organization}.${work}`;

export function readKept<Values>(key: string): Kept<Values> | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") as Kept<Values> | null;
  } catch {
    return null; // of another version of the app
  }
}

export function keep(key: string, values: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify({ at: new Date().toISOString(), values }));
  } catch {
    // The browser's store is full or switched off: then it is as if there were none.
  }
}

export const forget = (key: string) => localStorage.removeItem(key);
