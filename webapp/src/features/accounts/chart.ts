import { searchAccounts } from "@/lib/accountSearch";
import type { Account, AccountRoot, AccountType } from "@/lib/api/types";

export const ROOTS: readonly AccountRoot[] = ["asset", "liability", "equity", "income", "expense"];

/** The accounts that match, with the accounts above them so that the tree stays readable. */
export function matchingBranches(accounts: readonly Account[], typed: string): Account[] {
  if (!typed.trim()) return [...accounts];
  const byId = new Map(accounts.map((account) => [account.id, account]));
  const kept = new Set<string>();
  for (const found of searchAccounts(accounts, typed)) {
    for (let account: Account | undefined = found; account; account = account.parent ? byId.get(account.parent) : undefined) kept.add(account.id);
  }
  return accounts.filter(({ id }) => kept.has(id));
}

/** The accounts below one, itself included. */
export function branchOf(accounts: readonly Account[], id: string): Set<string> {
  const branch = new Set([id]);
  let size = 0;
  while (size !== branch.size) {
    size = branch.size;
    for (const account of accounts) if (account.parent && branch.has(account.parent)) branch.add(account.id);
  }
  return branch;
}

/** Where an account may stand: under an account of the same root, but not under itself. */
export function possibleParents(accounts: readonly Account[], root: AccountRoot | undefined, self: string | undefined): Account[] {
  const own = self ? branchOf(accounts, self) : new Set<string>();
  return accounts.filter((account) => account.root === root && !own.has(account.id));
}

/** Types by root, in the order of the statements; an account with entries stays within its root. */
export function typesByRoot(types: readonly AccountType[], within: AccountRoot | undefined): { root: AccountRoot; types: AccountType[] }[] {
  return ROOTS.filter((root) => !within || root === within)
    .map((root) => ({ root, types: types.filter((type) => type.root === root) }))
    .filter((group) => group.types.length > 0);
}
