/** What the four kinds of payments have differently. */
import type { OpenItem } from "@/lib/api/types";
import type { PaymentKind } from "@/lib/kinds";

/** How money moves, as most people say it. */
export const METHODS = ["transfer", "card", "cash", "check", "directDebit"] as const;

interface Policy {
  /** Settles documents and may leave a credit; refunds pay back credits. */
  leavesCredit: boolean;
  suggests: boolean;
  settles: (item: OpenItem) => boolean;
  moneyTypes: readonly string[];
  contactLabel: "customer" | "vendor";
  accountLabel: "intoAccount" | "fromAccount";
  bankAmountLabel: "reached" | "left";
  chargesHint: "chargesOff" | "chargesOnTop";
  settlesTitle: "openInvoices" | "openBills" | "openCredits" | "openVendorCredits";
  nothingOpen: "noOpenInvoices" | "noOpenBills" | "noOpenCredits";
}

const MONEY = ["cash", "bank", "credit_card", "other_current_asset", "other_current_liability"] as const;
const documents = ({ what }: OpenItem) => what === "document";
const credits = ({ what }: OpenItem) => what === "credit" || what === "advance";
const comesIn = { accountLabel: "intoAccount", bankAmountLabel: "reached", chargesHint: "chargesOff" } as const;
const goesOut = { accountLabel: "fromAccount", bankAmountLabel: "left", chargesHint: "chargesOnTop" } as const;
const refund = { leavesCredit: false, suggests: false, settles: credits, nothingOpen: "noOpenCredits" } as const;
const payment = { leavesCredit: true, suggests: true, settles: documents } as const;

const POLICIES: Record<PaymentKind["value"], Policy> = {
  payment_received: { ...payment, ...comesIn, moneyTypes: MONEY, contactLabel: "customer", settlesTitle: "openInvoices", nothingOpen: "noOpenInvoices" },
  bill_payment: { ...payment, ...goesOut, moneyTypes: MONEY, contactLabel: "vendor", settlesTitle: "openBills", nothingOpen: "noOpenBills" },
  customer_refund: { ...refund, ...goesOut, moneyTypes: MONEY, contactLabel: "customer", settlesTitle: "openCredits" },
  vendor_refund: { ...refund, ...comesIn, moneyTypes: MONEY, contactLabel: "vendor", settlesTitle: "openVendorCredits" },
};

export const policyOf = ({ value }: PaymentKind): Policy => POLICIES[value];
