import { Link, type LinkProps } from "@tanstack/react-router";
import { BookOpenText, ChartColumn, ChevronDown, House, type LucideIcon, Receipt, Settings, ShoppingCart } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useLocalStorage } from "@mantine/hooks";

import { type Ability, useAbilities } from "@/lib/organization";
import { urls } from "@/lib/urls";

import classes from "./Navigation.module.css";

interface Item {
  link: Pick<LinkProps, "to" | "params">;
  label: Label;
  needs?: Ability;
}
type Label =
  | "customers" | "estimates" | "invoices" | "salesReceipts" | "creditNotes" | "paymentsReceived" | "recurringInvoices" | "unbilledExpenses"
  | "vendors" | "purchaseOrders" | "bills" | "expenses" | "vendorCredits" | "billPayments" | "recurringBills" | "recurringExpenses"
  | "accounts" | "journals" | "recurringJournals" | "taxReturns" | "closing" | "openingBalances" | "revaluations"
  | "members" | "apiKeys" | "activity" | "importsExports" | "settings" | "items";

interface Section {
  name: "sales" | "purchases" | "books" | "organization";
  icon: LucideIcon;
  items: Item[];
}

/** By task, as people look for it. What a role may not see is left out, and a section with nothing in it too. */
const SECTIONS: Section[] = [
  {
    name: "sales",
    icon: Receipt,
    items: [
      { link: { to: urls.customers }, label: "customers", needs: "contacts.view" },
      { link: { to: urls.documents, params: { kind: "estimates" } }, label: "estimates", needs: "estimates.view" },
      { link: { to: urls.documents, params: { kind: "invoices" } }, label: "invoices", needs: "invoices.view" },
      { link: { to: urls.documents, params: { kind: "sales-receipts" } }, label: "salesReceipts", needs: "sales_receipts.view" },
      { link: { to: urls.documents, params: { kind: "credit-notes" } }, label: "creditNotes", needs: "credit_notes.view" },
      { link: { to: urls.payments, params: { kind: "payments-received" } }, label: "paymentsReceived", needs: "payments_received.view" },
      { link: { to: urls.recurring, params: { kind: "invoices" } }, label: "recurringInvoices", needs: "recurring_invoices.view" },
      { link: { to: urls.unbilledExpenses }, label: "unbilledExpenses", needs: "expenses.view" },
      { link: { to: urls.items }, label: "items", needs: "items.view" },
    ],
  },
  {
    name: "purchases",
    icon: ShoppingCart,
    items: [
      { link: { to: urls.vendors }, label: "vendors", needs: "contacts.view" },
      { link: { to: urls.documents, params: { kind: "purchase-orders" } }, label: "purchaseOrders", needs: "purchase_orders.view" },
      { link: { to: urls.documents, params: { kind: "bills" } }, label: "bills", needs: "bills.view" },
      { link: { to: urls.documents, params: { kind: "expenses" } }, label: "expenses", needs: "expenses.view" },
      { link: { to: urls.documents, params: { kind: "vendor-credits" } }, label: "vendorCredits", needs: "vendor_credits.view" },
      { link: { to: urls.payments, params: { kind: "bill-payments" } }, label: "billPayments", needs: "bill_payments.view" },
      { link: { to: urls.recurring, params: { kind: "bills" } }, label: "recurringBills", needs: "recurring_bills.view" },
      { link: { to: urls.recurring, params: { kind: "expenses" } }, label: "recurringExpenses", needs: "recurring_expenses.view" },
    ],
  },
  {
    name: "books",
    icon: BookOpenText,
    items: [
      { link: { to: urls.accounts }, label: "accounts", needs: "accounts.view" },
      { link: { to: urls.journals }, label: "journals", needs: "manual_journals.view" },
      { link: { to: urls.recurring, params: { kind: "journals" } }, label: "recurringJournals", needs: "recurring_journals.view" },
      { link: { to: urls.taxReturns }, label: "taxReturns", needs: "tax_returns.view" },
      { link: { to: urls.closing }, label: "closing", needs: "period_locks.view" },
      { link: { to: urls.revaluations }, label: "revaluations", needs: "revaluations.view" },
      { link: { to: urls.openingBalances }, label: "openingBalances", needs: "opening_balances.view" },
    ],
  },
  {
    name: "organization",
    icon: Settings,
    items: [
      { link: { to: urls.members }, label: "members", needs: "members.view" },
      { link: { to: urls.apiKeys }, label: "apiKeys", needs: "api_keys.view" },
      { link: { to: urls.activity }, label: "activity", needs: "activity.view" },
      { link: { to: urls.importsExports }, label: "importsExports", needs: "exports.create" },
      { link: { to: urls.settings }, label: "settings" },
    ],
  },
];

export function Navigation() {
  const { t } = useTranslation();
  const may = useAbilities();
  return (
    <>
      <div className={classes.section}>
        <Link to={urls.home} className={classes.link} activeOptions={{ exact: true, includeSearch: false }}>
          <House size={16} strokeWidth={1.8} aria-hidden />
          {t("navigation.home")}
        </Link>
        {may("reports.view") && (
          <Link to={urls.reports} className={classes.link} activeOptions={{ includeSearch: false }}>
            <ChartColumn size={16} strokeWidth={1.8} aria-hidden />
            {t("navigation.reports")}
          </Link>
        )}
      </div>
      {SECTIONS.map((section) => (
        <SectionOf key={section.name} {...section} />
      ))}
    </>
  );
}

function SectionOf({ name, icon: Icon, items }: Section) {
  const { t } = useTranslation();
  const may = useAbilities();
  const [isOpen, setOpen] = useLocalStorage({ key: `ledger.navigation.${name}`, defaultValue: true, getInitialValueInEffect: false });
  const allowed = items.filter(({ needs }) => !needs || may(needs));
  if (!allowed.length) return null;
  return (
    <div className={classes.section}>
      <button type="button" className={classes.title} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon size={16} strokeWidth={1.8} aria-hidden />
        {t(`navigation.section.${name}`)}
        <ChevronDown size={14} aria-hidden className={classes.chevron} />
      </button>
      {isOpen &&
        allowed.map(({ link, label }) => (
          <Link key={label} {...link} className={classes.sub} activeOptions={{ includeSearch: false }}>
            {t(`navigation.${label}`)}
          </Link>
        ))}
    </div>
  );
}
