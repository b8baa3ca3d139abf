import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef } from "react";

import type { Step } from "@/components/editor/lines";
import { changed } from "@/components/editor/lines";
import { grouped, trimmed } from "@/components/editor/notation";
import type { Errors } from "@/components/editor/useEditor";
import { accountsQuery } from "@/lib/api/accounts";
import { contactQuery } from "@/lib/api/contacts";
import { currenciesQuery } from "@/lib/api/currencies";
import { dueDateQuery, priceQuery } from "@/lib/api/documents";
import { priceListQuery } from "@/lib/api/items";
import { taxRatesQuery } from "@/lib/api/taxes";
import type { Item } from "@/lib/api/types";
import { parseNumber } from "@/lib/amounts";
import { currencyDecimals } from "@/lib/currencies";
import { policyOf } from "@/lib/documentKinds";
import type { DocumentKind } from "@/lib/kinds";
import { fromMinor, toMinor } from "@/lib/money";
import { useOrganization } from "@/lib/organization";
import { PRICE_DECIMALS, priceWithin } from "@/lib/totals";

import { type Draft, type DraftLine, emptyLine, type FixedPercents, isBlank, QUANTITY, ratesOn, sumsOf, taxesOf } from "./draft";

export interface DraftEditing {
  values: Draft;
  change: (next: (now: Draft) => Draft, ...places: string[]) => void;
  errors: Errors;
}

/** What a draft follows from (contact, items, prices, taxes), what it adds up to, and the steps that change it. */
export function useDraft(kind: DocumentKind, { values: draft, change }: Pick<DraftEditing, "values" | "change">, fixed?: FixedPercents) {
  const client = useQueryClient();
  const { base_currency } = useOrganization();
  const accounts = useQuery(accountsQuery).data ?? [];
  const rates = useQuery(taxRatesQuery).data;
  const currencies = useQuery(currenciesQuery).data ?? [];
  const contact = useQuery({ ...contactQuery(draft.contact), enabled: draft.contact !== "" }).data;
  const isPurchase = kind.side === "purchases";
  const contactTax = (isPurchase ? contact?.purchase_tax : contact?.sales_tax) ?? null;
  const sums = sumsOf(draft, { isPurchase, contactTax, rates: rates ?? [], fixed });
  const pending = useRef<Promise<unknown>[]>([]);

  /** Answers that fill fields: saving waits for them. What cannot be asked now, the server finds when the document is saved. */
  const follow = (answer: Promise<unknown>) => {
    const quiet = answer.catch(() => undefined);
    pending.current.push(quiet);
    void quiet.then(() => (pending.current = pending.current.filter((one) => one !== quiet)));
  };

  const set = (patch: Partial<Draft>) => change((now) => ({ ...now, ...patch }), ...Object.keys(patch));

  const followTerms = (contactId: string, date: string) => {
    if (!policyOf(kind).isDue || !contactId || !date) return;
    follow(client.query(dueDateQuery(contactId, date)).then((due) => change((now) => (now.isDueSaid || now.contact !== contactId || now.date !== date ? now : { ...now, dueDate: due }))));
  };

  const setContact = (id: string) => {
    set({ contact: id });
    if (!id) return;
    followTerms(id, draft.date);
    follow(
      client.query(contactQuery(id)).then(async (found) => {
        const list = found.price_list ? await client.query(priceListQuery(found.price_list)) : undefined;
        const isOfSide = list !== undefined && list.is_for_sales !== isPurchase;
        const currency = found.currency || base_currency;
        change((now) => {
          if (now.contact !== id) return now;
          const next = { ...now, ...(!now.isCurrencySaid && { currency, rate: "" }), ...(isOfSide && now.lines.every(isBlank) && { pricesIncludeTax: list.prices_include_tax }) };
          reprice(next, found.price_list, isPurchase ? found.purchase_tax : found.sales_tax);
          return next;
        });
      }),
    );
  };

  const setDate = (date: string) => {
    set({ date });
    if (!draft.isDueSaid) followTerms(draft.contact, date);
  };

  /** Asks what an item costs here, and writes it where nobody said a price. */
  const priceLine = (at: Draft, line: DraftLine, priceList: string | null, tax: string | null) => {
    if (!line.item || line.isPriceSaid) return;
    const typed = line.quantity.trim() ? parseNumber(line.quantity, QUANTITY) : undefined;
    const quantity = typed?.ok && !typed.value.startsWith("-") ? typed.value : "1";
    follow(
      client.query(priceQuery({ item: line.item, side: kind.side, currency: at.currency, quantity, price_list: priceList, date: at.date })).then(({ price, includes_tax }) => {
        if (price === null) return;
        change((now) => ({
          ...now,
          lines: now.lines.map((one) => {
            if (one.key !== line.key || one.item !== line.item || one.isPriceSaid) return one;
            const taxes = ratesOn(taxesOf(one, tax), rates ?? [], now.date, fixed);
            const within = includes_tax === now.pricesIncludeTax ? price : fromMinor(priceWithin(toMinor(price, PRICE_DECIMALS), taxes, isPurchase, includes_tax), PRICE_DECIMALS);
            return { ...one, price: grouped(trimmed(within, currencyDecimals(now.currency))) };
          }),
        }));
      }),
    );
  };

  const reprice = (at: Draft, priceList: string | null, tax: string | null) => at.lines.forEach((line) => priceLine(at, line, priceList, tax));

  const setCurrency = (currency: string) => {
    const next = { ...draft, currency, isCurrencySaid: true, rate: "" };
    set({ currency, isCurrencySaid: true, rate: "" });
    reprice(next, contact?.price_list ?? null, contactTax);
  };

  /** The line as it is now: the answer of a search may come after more was typed into it. */
  const withItem = (line: DraftLine, id: string, item: Item | undefined): DraftLine => {
    if (!item) return { ...line, item: "", itemName: "", itemTax: null };
    if (line.item === id) return line;
    const description = (isPurchase ? item.purchase_description : item.sale_description) || item.name;
    const isOwnText = line.description.trim() !== "" && line.description !== line.itemName && !line.item;
    return {
      ...line,
      item: id,
      itemName: item.name,
      description: isOwnText ? line.description : description,
      unit: item.unit_name,
      quantity: line.quantity.trim() ? line.quantity : "1",
      itemTax: (isPurchase ? item.purchase_tax : item.sales_tax) ?? null,
      ...(line.source === null && { taxes: null, account: "" }),
      isPriceSaid: false,
      price: "",
    };
  };

  const setItem = (line: DraftLine, id: string, item: Item | undefined) => {
    change((now) => ({ ...now, lines: now.lines.map((one) => (one.key === line.key ? withItem(one, id, item) : one)) }), `${line.key}.item`, "lines");
    if (item && line.item !== id) priceLine(draft, withItem(line, id, item), contact?.price_list ?? null, contactTax);
  };

  const onStep = useCallback(
    (step: Step<DraftLine>) => {
      const places = step.do === "set" ? Object.keys(step.patch).map((field) => `${step.key}.${field}`) : [];
      change((now) => ({ ...now, lines: changed(now.lines, step, emptyLine) }), ...places, "lines");
    },
    [change],
  );

  return {
    draft,
    accounts,
    rates: rates ?? [],
    isReady: rates !== undefined,
    currencies,
    contact,
    contactTax,
    isPurchase,
    sums,
    set,
    setContact,
    setDate,
    setCurrency,
    setItem,
    onStep,
    /** When the quantity was typed: a price list may have another price for so many. */
    quantityTyped: (line: DraftLine) => contact?.price_list && priceLine(draft, line, contact.price_list, contactTax),
    /** Once the answers that fill fields are there. */
    settled: () => Promise.all(pending.current),
  };
}

export type UsedDraft = ReturnType<typeof useDraft>;
