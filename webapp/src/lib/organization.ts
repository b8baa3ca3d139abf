import { createContext, useContext } from "react";

import type { Organization } from "./api/types";
import { currencyDecimals } from "./currencies";

/** The organization this page works in. The shell provides it once it is ready. */
export const OrganizationContext = createContext<Organization | null>(null);

export function useOrganization(): Organization {
  const organization = useContext(OrganizationContext);
  if (!organization) throw new Error("This page is outside the shell: it has no organization.");
  return organization;
}

/** What the role of this person allows; what it does not is not offered. The server decides, this only spares clicks. */
export type Ability =
  | "organization.edit"
  | `members.${"view" | "edit" | "delete"}`
  | `${"invitations" | "api_keys"}.${"view" | "create" | "delete"}`
  | `accounts.${"view" | "create" | "edit" | "delete"}`
  | `manual_journals.${"view" | "create" | "edit" | "delete" | "publish" | "void"}`
  | "journal_entries.view"
  | "reports.view";

export function useAbilities(): (ability: Ability) => boolean {
  const { abilities } = useOrganization();
  return (ability) => abilities.includes(ability);
}

/** Decimals of the organization's currency. */
export function useDecimals(): number {
  return currencyDecimals(useOrganization().base_currency);
}
