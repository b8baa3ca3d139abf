/** How the kinds of documents differ, as the server's table of kinds says it (ledger_core/documents/kinds.py). */
import type { Account } from "./api/types";
import type { DocumentKind } from "./kinds";

type KindName = DocumentKind["value"];

/** A decision that posts nothing. */
export interface Move {
  verb: "accept" | "decline" | "close" | "cancel" | "reopen";
  /** The statuses it is possible in. */
  from: readonly string[];
}

export interface KindPolicy {
  /** The verb that takes it out of draft. */
  issue: "issue" | "open" | "publish" | "send";
  /** Does it post entries? Then it can be voided. */
  posts: boolean;
  needsContact: boolean;
  /** Its due date follows from the payment terms; of others it is a day somebody may give. */
  isDue: boolean;
  /** Settled by payments and credits, or (a credit) settling others. */
  isOpenItem: boolean;
  isCredit: boolean;
  /** Its total is paid at once, with an account of these types. */
  money: readonly Account["type"][];
  /** That account must be named. */
  needsAccount: boolean;
  convertsTo: readonly KindName[];
  moves: readonly Move[];
  /** One amount and no lines of its own. */
  isOpening: boolean;
  /** Its lines can bill what was bought for a customer. */
  billsPurchases: boolean;
  canWriteOff: boolean;
  /** States worth a tab, in the order of a document's life. */
  states: readonly string[];
  /** The payment that settles it. */
  payment?: string;
}

const MONEY = ["cash", "bank", "credit_card", "other_current_asset"] as const;

const USUAL: Omit<KindPolicy, "issue" | "states"> = {
  posts: true,
  needsContact: true,
  isDue: false,
  isOpenItem: true,
  isCredit: false,
  money: [],
  needsAccount: false,
  convertsTo: [],
  moves: [],
  isOpening: false,
  billsPurchases: false,
  canWriteOff: false,
};

const POLICIES: Record<KindName, KindPolicy> = {
  estimate: {
    ...USUAL,
    issue: "send",
    posts: false,
    isOpenItem: false,
    convertsTo: ["invoice", "sales_receipt"],
    moves: [
      { verb: "accept", from: ["sent", "declined"] },
      { verb: "decline", from: ["sent", "accepted"] },
    ],
    states: ["draft", "sent", "accepted", "partly_converted", "converted", "expired", "declined"],
  },
  invoice: {
    ...USUAL,
    issue: "issue",
    isDue: true,
    convertsTo: ["credit_note"],
    billsPurchases: true,
    canWriteOff: true,
    states: ["draft", "issued", "partly_paid", "overdue", "paid", "written_off", "void"],
    payment: "payments-received",
  },
  sales_receipt: { ...USUAL, issue: "issue", needsContact: false, isOpenItem: false, money: MONEY, billsPurchases: true, states: ["draft", "issued", "void"] },
  credit_note: { ...USUAL, issue: "issue", isCredit: true, states: ["draft", "issued", "partly_applied", "applied", "void"] },
  customer_opening: {
    ...USUAL,
    issue: "issue",
    isDue: true,
    isOpening: true,
    canWriteOff: true,
    states: ["draft", "issued", "partly_paid", "overdue", "paid", "written_off", "void"],
    payment: "payments-received",
  },
  purchase_order: {
    ...USUAL,
    issue: "send",
    posts: false,
    isOpenItem: false,
    convertsTo: ["bill"],
    moves: [
      { verb: "close", from: ["sent"] },
      { verb: "cancel", from: ["sent"] },
      { verb: "reopen", from: ["closed", "cancelled"] },
    ],
    states: ["draft", "sent", "partly_billed", "billed", "closed", "cancelled"],
  },
  bill: {
    ...USUAL,
    issue: "open",
    isDue: true,
    convertsTo: ["vendor_credit"],
    states: ["draft", "open", "partly_paid", "overdue", "paid", "void"],
    payment: "bill-payments",
  },
  vendor_credit: { ...USUAL, issue: "open", isCredit: true, states: ["draft", "open", "partly_applied", "applied", "void"] },
  expense: {
    ...USUAL,
    issue: "publish",
    needsContact: false,
    isOpenItem: false,
    money: [...MONEY, "other_current_liability"],
    needsAccount: true,
    states: ["draft", "published", "void"],
  },
  vendor_opening: {
    ...USUAL,
    issue: "issue",
    isDue: true,
    isOpening: true,
    states: ["draft", "issued", "partly_paid", "overdue", "paid", "void"],
    payment: "bill-payments",
  },
};

export const policyOf = ({ value }: DocumentKind): KindPolicy => POLICIES[value];

/** What the account that its total is on can be: the ledger account of debts, or what it was paid with. */
export function fitsTotal(kind: DocumentKind, { type }: Pick<Account, "type">): boolean {
  const { money } = policyOf(kind);
  return money.length ? money.includes(type) : type === (kind.side === "sales" ? "accounts_receivable" : "accounts_payable");
}

/** Lines are on anything but debts: those follow from the documents. */
export const fitsLine = ({ type }: Pick<Account, "type">): boolean => type !== "accounts_receivable" && type !== "accounts_payable";
