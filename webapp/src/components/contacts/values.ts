/** What the form about a contact holds, to and from what the API takes. */
import type { TFunction } from "i18next";

import { numberField, readNumber, typedAmount } from "@/lib/amounts";
import type { AddressKind, Contact, ContactInput } from "@/lib/api/types";
import { filled, z } from "@/lib/shapes";

const id = z.nullable(z.string());

export const contactShape = (t: TFunction, decimals: number) =>
  z.object({
    name: filled(t("form.required")),
    is_customer: z.boolean(),
    is_vendor: z.boolean(),
    is_company: z.boolean(),
    company_name: z.string(),
    number: z.string(),
    email: z.string(),
    phone: z.string(),
    website: z.string(),
    tax_number: z.string(),
    language: id,
    currency: id,
    payment_terms: id,
    price_list: id,
    sales_tax: id,
    purchase_tax: id,
    receivable_account: id,
    payable_account: id,
    income_account: id,
    expense_account: id,
    credit_limit: numberField({ decimals }),
    over_limit: z.string(),
    notes: z.string(),
    persons: z.array(
      z.object({ key: z.string(), name: filled(t("form.required")), role: z.string(), email: z.string(), phone: z.string(), is_primary: z.boolean() }),
    ),
    addresses: z.array(
      z.object({
        key: z.string(),
        kind: z.string(),
        attention: z.string(),
        street: z.string(),
        postal_code: z.string(),
        city: z.string(),
        region: z.string(),
        country: id,
        is_default: z.boolean(),
      }),
    ),
  });

export type ContactValues = z.infer<ReturnType<typeof contactShape>>;

export interface ContactBeginning {
  name?: string;
  side?: "sales" | "purchases";
}

export function valuesOf(contact: Contact | undefined, begin: ContactBeginning, country: string): ContactValues {
  return {
    name: contact?.name ?? begin.name ?? "",
    is_customer: contact?.is_customer ?? begin.side !== "purchases",
    is_vendor: contact?.is_vendor ?? begin.side === "purchases",
    is_company: contact?.is_company ?? true,
    company_name: contact?.company_name ?? "",
    number: contact?.number ?? "",
    email: contact?.email ?? "",
    phone: contact?.phone ?? "",
    website: contact?.website ?? "",
    tax_number: contact?.tax_number ?? "",
    language: contact?.language || null,
    currency: contact?.currency || null,
    payment_terms: contact?.payment_terms ?? null,
    price_list: contact?.price_list ?? null,
    sales_tax: contact?.sales_tax ?? null,
    purchase_tax: contact?.purchase_tax ?? null,
    receivable_account: contact?.receivable_account ?? null,
    payable_account: contact?.payable_account ?? null,
    income_account: contact?.income_account ?? null,
    expense_account: contact?.expense_account ?? null,
    credit_limit: typedAmount(contact?.credit_limit),
    over_limit: contact?.over_limit ?? "warn",
    notes: contact?.notes ?? "",
    persons: contact?.persons.map(({ id: key, name, role, email, phone, is_primary }) => ({ key, name, role, email, phone, is_primary })) ?? [],
    addresses:
      contact?.addresses.map(({ id: key, country: its, ...rest }) => ({ ...rest, key, country: its || null })) ??
      [{ ...emptyAddress(country), kind: "billing", is_default: true }],
  };
}

export const emptyPerson = (isFirst: boolean): ContactValues["persons"][number] => ({ key: "", name: "", role: "", email: "", phone: "", is_primary: isFirst });

export const emptyAddress = (country: string): ContactValues["addresses"][number] => ({
  key: "",
  kind: "billing",
  attention: "",
  street: "",
  postal_code: "",
  city: "",
  region: "",
  country,
  is_default: false,
});

const says = ({ attention, street, postal_code, city, region }: ContactValues["addresses"][number]) => [attention, street, postal_code, city, region].some((text) => text.trim());

/** An address with nothing but a country was offered and not used: it is not sent. */
export function inputOf(values: ContactValues, decimals: number): ContactInput {
  const { language, currency, credit_limit, over_limit, persons, addresses, ...rest } = values;
  const kept = (key: string) => (key ? { id: key } : {});
  return {
    ...rest,
    language: language ?? "",
    ...(currency && { currency }),
    credit_limit: readNumber(credit_limit, { decimals }) || null,
    over_limit: over_limit as NonNullable<ContactInput["over_limit"]>,
    persons: persons.map(({ key, ...person }) => ({ ...kept(key), ...person })),
    addresses: addresses.filter((address) => address.key || says(address)).map(({ key, kind, country, ...address }) => ({ ...kept(key), ...address, kind: kind as AddressKind, country: country ?? "" })),
  };
}
