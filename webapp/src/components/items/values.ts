/** What the form about an item holds, to and from what the API takes. */
import { numberField, readNumber, typedNumber } from "@/lib/amounts";
import type { Item, ItemInput } from "@/lib/api/types";
import { filled, z } from "@/lib/shapes";

/** Prices have up to eight decimals, whatever the currency has. */
export const PRICE = { decimals: 8 } as const;
export const QUANTITY = { decimals: 6 } as const;

const id = z.nullable(z.string());

export const itemShape = (required: string) =>
  z.object({
    kind: z.string(),
    name: filled(required),
    code: z.string(),
    barcode: z.string(),
    unit: id,
    category: id,
    is_sold: z.boolean(),
    is_purchased: z.boolean(),
    sale_price: numberField(PRICE),
    purchase_price: numberField(PRICE),
    prices_include_tax: z.boolean(),
    sale_description: z.string(),
    purchase_description: z.string(),
    income_account: id,
    expense_account: id,
    inventory_account: id,
    sales_tax: id,
    purchase_tax: id,
  });

export type ItemValues = z.infer<ReturnType<typeof itemShape>>;

export interface ItemBeginning {
  name?: string;
  side?: "sales" | "purchases";
}

export function valuesOf(item: Item | undefined, begin: ItemBeginning): ItemValues {
  return {
    kind: item?.kind ?? "service",
    name: item?.name ?? begin.name ?? "",
    code: item?.code ?? "",
    barcode: item?.barcode ?? "",
    unit: item?.unit ?? null,
    category: item?.category ?? null,
    is_sold: item?.is_sold ?? begin.side !== "purchases",
    is_purchased: item?.is_purchased ?? begin.side === "purchases",
    sale_price: typedNumber(item?.sale_price),
    purchase_price: typedNumber(item?.purchase_price),
    prices_include_tax: item?.prices_include_tax ?? false,
    sale_description: item?.sale_description ?? "",
    purchase_description: item?.purchase_description ?? "",
    income_account: item?.income_account ?? null,
    expense_account: item?.expense_account ?? null,
    inventory_account: item?.inventory_account ?? null,
    sales_tax: item?.sales_tax ?? null,
    purchase_tax: item?.purchase_tax ?? null,
  };
}

export function inputOf(values: ItemValues): ItemInput {
  return {
    ...values,
    kind: values.kind as ItemInput["kind"],
    sale_price: readNumber(values.sale_price, PRICE) || null,
    purchase_price: readNumber(values.purchase_price, PRICE) || null,
  };
}
