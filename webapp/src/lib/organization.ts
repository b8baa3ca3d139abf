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
  | `organization.${"view" | "edit"}`
  | "organization_activity.view"
  | `members.${"view" | "edit" | "delete" | "leave"}`
  | "ownership.manage"
  | `invitations.${"view" | "create" | "delete"}`
  | `api_keys.${"view" | "create" | "delete"}`
  | "jobs.view"
  | `accounts.${"view" | "create" | "edit" | "delete"}`
  | `period_locks.${"view" | "manage"}`
  | `currencies.${"view" | "manage"}`
  | `exchange_rates.${"view" | "create" | "edit" | "delete"}`
  | `fiscal_years.${"view" | "manage"}`
  | `tax_rates.${"view" | "create" | "edit" | "delete"}`
  | `tax_returns.${"view" | "create" | "edit" | "delete" | "publish" | "void" | "manage"}`
  | `contacts.${"view" | "create" | "edit" | "delete" | "manage"}`
  | `payment_terms.${"view" | "create" | "edit" | "delete"}`
  | `items.${"view" | "create" | "edit" | "delete"}`
  | `price_lists.${"view" | "create" | "edit" | "delete"}`
  | `opening_balances.${"view" | "edit" | "publish"}`
  | `recurring_journals.${"view" | "create" | "edit" | "delete" | "manage"}`
  | `recurring_invoices.${"view" | "create" | "edit" | "delete" | "manage"}`
  | `recurring_bills.${"view" | "create" | "edit" | "delete" | "manage"}`
  | `recurring_expenses.${"view" | "create" | "edit" | "delete" | "manage"}`
  | `revaluations.${"view" | "create" | "void"}`
  | `manual_journals.${"view" | "create" | "edit" | "delete" | "publish" | "void"}`
  | `estimates.${"view" | "create" | "edit" | "delete" | "publish"}`
  | `invoices.${"view" | "create" | "edit" | "delete" | "publish" | "void"}`
  | `sales_receipts.${"view" | "create" | "edit" | "delete" | "publish" | "void"}`
  | `credit_notes.${"view" | "create" | "edit" | "delete" | "publish" | "void"}`
  | `customer_opening_balances.${"view" | "create" | "edit" | "delete" | "publish" | "void"}`
  | `purchase_orders.${"view" | "create" | "edit" | "delete" | "publish"}`
  | `bills.${"view" | "create" | "edit" | "delete" | "publish" | "void"}`
  | `vendor_credits.${"view" | "create" | "edit" | "delete" | "publish" | "void"}`
  | `expenses.${"view" | "create" | "edit" | "delete" | "publish" | "void"}`
  | `vendor_opening_balances.${"view" | "create" | "edit" | "delete" | "publish" | "void"}`
  | `payments_received.${"view" | "create" | "edit" | "void"}`
  | `bill_payments.${"view" | "create" | "edit" | "void"}`
  | `customer_refunds.${"view" | "create" | "edit" | "void"}`
  | `vendor_refunds.${"view" | "create" | "edit" | "void"}`
  | `number_series.${"view" | "edit"}`
  | `document_settings.${"view" | "edit"}`
  | `attachments.${"view" | "create" | "delete"}`
  | `journal_entries.${"view" | "create"}`
  | "reports.view"
  | "activity.view"
  | "exports.create"
  | "imports.create";

export function useAbilities(): (ability: Ability) => boolean {
  const { abilities } = useOrganization();
  return (ability) => abilities.includes(ability);
}

/** Decimals of the organization's currency. */
export function useDecimals(): number {
  return currencyDecimals(useOrganization().base_currency);
}
