import { Button, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { NumberCell, TextCell } from "@/components/editor/cells";
import { type Cell, type GridColumn, LineGrid } from "@/components/editor/LineGrid";
import type { Errors } from "@/components/editor/useEditor";
import { AccountPicker } from "@/components/pickers/AccountPicker";
import { ContactPicker } from "@/components/pickers/ContactPicker";
import { ItemPicker } from "@/components/pickers/ItemPicker";
import { TaxPicker } from "@/components/pickers/TaxPicker";
import { useQueryClient } from "@tanstack/react-query";
import { itemSearchQuery } from "@/lib/api/items";
import { fitsLine, policyOf } from "@/lib/documentKinds";
import { currencyDecimals } from "@/lib/currencies";
import type { DocumentKind } from "@/lib/kinds";
import { fromMinor } from "@/lib/money";
import type { Item } from "@/lib/api/types";

import { amountKind, type DraftLine, emptyLine, isBlank, PERCENT, PRICE, QUANTITY, taxesOf } from "./draft";
import type { UsedDraft } from "./useDraft";

interface Props {
  kind: DocumentKind;
  use: UsedDraft;
  errors: Errors;
  /** Beside "Add line". */
  beside?: React.ReactNode;
}

/** The lines of a document, with what each comes to. */
export function DocumentLines({ kind, use, errors, beside }: Props) {
  const { t } = useTranslation("documents");
  const [isBilling, setBilling] = useState(false);
  const bills = kind.side === "purchases" && policyOf(kind).posts && (isBilling || use.draft.lines.some(({ billableTo }) => billableTo));
  const columns = useColumns(kind, use, bills);
  const decimals = currencyDecimals(use.draft.currency);
  return (
    <>
      <LineGrid
        label={t("editor.lines")}
        lines={use.draft.lines}
        onStep={use.onStep}
        columns={columns}
        errors={errors}
        empty={emptyLine}
        isBlank={isBlank}
        figures={{ label: t("line.amount"), of: use.draft.lines.map((line, row) => (isBlank(line) ? "" : fromMinor(use.sums.lines[row] ?? 0n, decimals))), render: (figure) => figure && <Amount value={figure} /> }}
        beside={
          <>
            {beside}
            {kind.side === "purchases" && policyOf(kind).posts && !bills && (
              <Button variant="subtle" size="compact-sm" onClick={() => setBilling(true)}>
                {t("line.billOn")}
              </Button>
            )}
          </>
        }
      />
      {errors["lines"] && (
        <Text c="var(--mantine-color-error)" size="sm" role="alert">
          {errors["lines"]}
        </Text>
      )}
    </>
  );
}

function useColumns(kind: DocumentKind, use: UsedDraft, bills: boolean): GridColumn<DraftLine>[] {
  const { t } = useTranslation("documents");
  const client = useQueryClient();
  const { draft, accounts, rates, contact, contactTax, isPurchase } = use;
  const decimals = currencyDecimals(draft.currency);
  const usual = isPurchase ? "expense" : "income"; // offered first: nobody means to sell on the bank account
  const fitting = accounts.filter(fitsLine).sort((left, right) => Number(right.root === usual) - Number(left.root === usual));
  const ofContact = accounts.find(({ id }) => id === (isPurchase ? contact?.expense_account : contact?.income_account));
  const hint = (line: DraftLine) => (line.item ? t("line.accountOfItem") : ofContact && !isBlank(line) ? `${ofContact.code} · ${ofContact.name}` : undefined);
  const base = ({ name, label, error, className, next, move }: Cell<DraftLine>) => ({ name, label, error, className, next, move });

  const columns: (GridColumn<DraftLine> | false)[] = [
    {
      id: "item",
      label: t("line.item"),
      width: "16%",
      wide: true,
      fields: [
        {
          name: "item",
          label: (line) => t("cell.item", { line }),
          render: ({ line, name, label, error, className, next }) => (
            <ItemPicker
              value={line.item}
              shown={line.itemName}
              side={kind.side}
              onChange={(id, item) => use.setItem(line, id, item)}
              onEnter={next}
              label={label}
              error={error}
              name={name}
              variant="unstyled"
              className={className}
            />
          ),
          paste: async (text) => {
            const found = text ? await client.query(itemSearchQuery(text, kind.side)) : [];
            const item = found.find(({ code, name }) => code.toLowerCase() === text.toLowerCase() || name.toLowerCase() === text.toLowerCase());
            return item ? pastedItem(item, isPurchase) : text ? { description: text } : {};
          },
        },
      ],
    },
    {
      id: "description",
      label: t("line.description"),
      wide: true,
      fields: [
        {
          name: "description",
          label: (line) => t("cell.description", { line }),
          render: (cell) => <TextCell {...base(cell)} value={cell.line.description} onChange={(description) => cell.set({ description })} maxLength={2000} />,
          paste: (text) => (text ? { description: text } : {}),
        },
        {
          name: "billableTo",
          label: (line) => t("cell.billableTo", { line }),
          applies: (line) => bills && !isBlank(line),
          render: ({ line, name, label, error, className, next, set }) => (
            <ContactPicker value={line.billableTo} side="sales" onChange={(billableTo) => set({ billableTo })} onEnter={next} label={label} placeholder={t("line.billableTo")} error={error} name={name} variant="unstyled" className={className} />
          ),
        },
      ],
    },
    {
      id: "account",
      label: t("line.account"),
      width: "13%",
      wide: true,
      fields: [
        {
          name: "account",
          label: (line) => t("cell.account", { line }),
          render: ({ line, name, label, error, className, next, set }) => (
            <AccountPicker accounts={fitting} value={line.account} onChange={(account) => set({ account })} onEnter={next} label={label} error={error} name={name} variant="unstyled" className={className} hint={line.account ? undefined : hint(line)} />
          ),
          paste: (text) => {
            const account = fitting.find(({ code, name }) => code === text || name.toLowerCase() === text.toLowerCase());
            return account ? { account: account.id } : {};
          },
        },
      ],
    },
    {
      id: "quantity",
      label: t("line.quantity"),
      width: "80px",
      align: "end",
      fields: [
        {
          name: "quantity",
          label: (line) => t("cell.quantity", { line }),
          render: (cell) => (
            <NumberCell {...base(cell)} value={cell.line.quantity} onChange={(quantity) => cell.set({ quantity })} kind={QUANTITY} placeholder="1" onLeave={() => void use.quantityTyped(cell.line)} />
          ),
          paste: (quantity) => ({ quantity }),
        },
      ],
    },
    {
      id: "price",
      label: t(draft.pricesIncludeTax ? "line.priceWithTax" : "line.price"),
      width: "92px",
      align: "end",
      fields: [
        {
          name: "price",
          label: (line) => t("cell.price", { line }),
          render: (cell) => <NumberCell {...base(cell)} value={cell.line.price} onChange={(price) => cell.set({ price, isPriceSaid: price.trim() !== "" })} kind={PRICE} leastDecimals={decimals} />,
          paste: (price) => (price ? { price, isPriceSaid: true } : {}),
        },
      ],
    },
    {
      id: "discount",
      label: t("line.discount"),
      width: "76px",
      align: "end",
      fields: [
        {
          name: "discount",
          label: (line) => t("cell.discount", { line }),
          render: (cell) => (
            <NumberCell {...base(cell)} value={cell.line.discount} onChange={(discount) => cell.set({ discount })} kind={amountKind(draft.currency)} percent={PERCENT} leastDecimals={decimals} placeholder={t("line.discountHint")} />
          ),
          paste: (discount) => ({ discount }),
        },
      ],
    },
    {
      id: "taxes",
      label: t("line.tax"),
      width: "84px",
      fields: [
        {
          name: "taxes",
          label: (line) => t("cell.tax", { line }),
          render: ({ line, name, label, error, className, next, set }) => (
            <TaxPicker rates={rates} side={kind.side} value={taxesOf(line, contactTax)} onChange={(taxes) => set({ taxes })} onEnter={next} label={label} error={error} name={name} variant="unstyled" className={className} />
          ),
          paste: (text) => {
            const rate = rates.find(({ code }) => code.toLowerCase() === text.toLowerCase());
            return rate ? { taxes: [rate.id] } : {};
          },
        },
      ],
    },
  ];
  return columns.filter((column) => column !== false);
}

const pastedItem = (item: Item, isPurchase: boolean): Partial<DraftLine> => {
  const price = isPurchase ? item.purchase_price : item.sale_price;
  return {
    item: item.id,
    itemName: item.name,
    description: (isPurchase ? item.purchase_description : item.sale_description) || item.name,
    unit: item.unit_name,
    itemTax: (isPurchase ? item.purchase_tax : item.sales_tax) ?? null,
    quantity: "1",
    ...(price && { price }),
  };
};
