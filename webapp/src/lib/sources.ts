/** Where to look at what the API names by kind and id: the source of an entry, the subject of a trail, a search result. */
import type { LinkProps } from "@tanstack/react-router";

import { DOCUMENT_KINDS, PAYMENT_KINDS } from "./kinds";
import { urls } from "./urls";

export type Place = Pick<LinkProps, "to" | "params" | "search">;

/** Nothing, where there is no page for that kind. */
export function placeOf(kind: string, id: string): Place | undefined {
  if (!id) return undefined;
  const document = DOCUMENT_KINDS.find(({ value }) => value === kind);
  if (document) return { to: urls.document, params: { kind: document.path, documentId: id } };
  const payment = PAYMENT_KINDS.find(({ value }) => value === kind);
  if (payment) return { to: urls.payment, params: { kind: payment.path, paymentId: id } };
  switch (kind) {
    case "manual_journal":
      return { to: urls.journal, params: { journalId: id } };
    case "account":
      return { to: urls.account, params: { accountId: id } };
    case "contact":
      return { to: urls.contact, params: { contactId: id } };
    case "item":
      return { to: urls.item, params: { itemId: id } };
    case "price_list":
      return { to: urls.priceList, params: { priceListId: id } };
    case "tax_return":
      return { to: urls.taxReturn, params: { returnId: id } };
    case "tax_rate":
      return { to: urls.taxRate, params: { rateId: id } };
    case "journal_entry":
      return { to: urls.entry, params: { entryId: id } };
    case "opening_balances":
      return { to: urls.openingBalances };
    case "revaluation":
      return { to: urls.revaluations };
    default:
      return undefined;
  }
}
