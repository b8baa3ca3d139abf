import type { Account } from "./api/types";

type Searchable = Pick<Account, "code" | "name">;

/** Words without case and accents, so that "depot" finds "Dépôt". */
const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

/**
 * Lower is better; null does not match. The code comes first because people who type fast type codes; then the beginning
 * of the name, then the beginning of its words, then anywhere in it. Every word that was typed must be found.
 */
function rank({ code, name }: Searchable, typed: string): number | null {
  const query = plain(typed.trim());
  const lowerCode = plain(code);
  const lowerName = plain(name);
  if (lowerCode === query) return 0;
  if (lowerCode.startsWith(query)) return 1;
  if (lowerName.startsWith(query)) return 2;
  const both = `${lowerCode} ${lowerName}`;
  const words = query.split(/\s+/);
  if (words.every((word) => both.split(/[\s\-/&(]+/).some((part) => part.startsWith(word)))) return 3;
  return words.every((word) => lowerName.includes(word)) ? 4 : null;
}

/** The accounts that match, best first; within a rank in the order of the chart. */
export function searchAccounts<Found extends Searchable>(accounts: readonly Found[], typed: string): Found[] {
  if (!typed.trim()) return [...accounts];
  return accounts
    .map((account) => ({ account, rank: rank(account, typed) }))
    .filter((found): found is { account: Found; rank: number } => found.rank !== null)
    .sort((a, b) => a.rank - b.rank)
    .map(({ account }) => account);
}

export const accountLabel = ({ code, name }: Searchable) => `${code} · ${name}`;
