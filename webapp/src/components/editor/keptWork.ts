/** What somebody is typing, kept on this browser until it is saved: a crash, a flat battery or a closed tab loses nothing. */

export interface Kept<Values> {
  /** When it was typed. */
  at: string;
  values: Values;
}

const PREFIX = "ledger.unsaved.";

/** Of one person in one organization: nobody else at this browser sees it. */
export const keyOf = (user: string, organization: string, work: string) => `${PREFIX}${user}.${organization}.${work}`;

function readKept<Values>(key: string): Kept<Values> | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") as Kept<Values> | null;
  } catch {
    return null; // of another version of the app
  }
}

/** Where what is typed goes while older work of the same place is still offered. */
export const besideOf = (key: string) => `${key}.next`;

/** The older work, or what was typed beside it when that is done with. */
export function readOldest<Values>(key: string): Kept<Values> | null {
  const oldest = readKept<Values>(key);
  if (oldest) return oldest;
  const next = readKept<Values>(besideOf(key));
  if (!next) return null;
  localStorage.setItem(key, JSON.stringify(next));
  forget(besideOf(key));
  return next;
}

export function keep(key: string, values: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify({ at: new Date().toISOString(), values }));
  } catch {
    // The browser's store is full or switched off: then it is as if there were none.
  }
}

export const forget = (key: string) => localStorage.removeItem(key);
