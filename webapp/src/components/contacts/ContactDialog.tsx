import { ActionIcon, Button, Checkbox, Group, SimpleGrid, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { Controller, useFieldArray } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { AccountInput } from "@/components/AccountInput";
import { ChoiceInput } from "@/components/ChoiceInput";
import { ConflictNotice } from "@/components/ConflictNotice";
import { Fold } from "@/components/Fold";
import { FormDialog } from "@/components/FormDialog";
import { useProblemForm } from "@/components/useProblemForm";
import type { Tagged } from "@/lib/api/client";
import { changeContact, contactNameQuery, contactQuery, contactsChanged, createContact } from "@/lib/api/contacts";
import { currenciesQuery } from "@/lib/api/currencies";
import { priceListChoicesQuery } from "@/lib/api/items";
import { setUpChoicesQuery } from "@/lib/api/organizations";
import { paymentTermsQuery } from "@/lib/api/paymentTerms";
import { taxRatesQuery } from "@/lib/api/taxes";
import type { Account, Contact } from "@/lib/api/types";
import { useAbilities, useDecimals, useOrganization } from "@/lib/organization";

import { type ContactBeginning, contactShape, type ContactValues, emptyAddress, emptyPerson, inputOf, valuesOf } from "./values";

interface Props {
  /** The contact to edit; without one, a new contact is made. */
  contact?: Contact & Tagged;
  /** What is known of a new one: the name that was typed, and the side it is wanted on. */
  begin?: ContactBeginning;
  onDone?: (contact: { id: string; name: string }) => void;
  onClose: () => void;
}

/** A customer or vendor: a new one, or one that is changed. */
export function ContactDialog({ contact, ...props }: Props) {
  const [known, setKnown] = useState(contact);
  return <ContactForm key={known?.tag ?? "new"} {...props} {...(known && { contact: known })} onReload={setKnown} />;
}

type Choice = { value: string; label: string };
type ChoiceField = "currency" | "language" | "payment_terms" | "price_list" | "sales_tax" | "purchase_tax";
type AccountField = "receivable_account" | "payable_account" | "income_account" | "expense_account";

const FITS: Record<AccountField, (account: Account) => boolean> = {
  receivable_account: ({ type }) => type === "accounts_receivable",
  payable_account: ({ type }) => type === "accounts_payable",
  income_account: ({ root }) => root === "income",
  expense_account: ({ root, type }) => root === "expense" || ["inventory", "fixed_asset", "other_current_asset", "non_current_asset"].includes(type),
};

function ContactForm({ contact, begin = {}, onDone, onClose, onReload }: Props & { onReload: (contact: Contact & Tagged) => void }) {
  const { t } = useTranslation("contacts");
  const { t: common } = useTranslation();
  const client = useQueryClient();
  const may = useAbilities();
  const { country } = useOrganization();
  const decimals = useDecimals();
  const tag = useRef(contact?.tag); // of the state that this is written over
  const setUp = useQuery(setUpChoicesQuery).data;
  const currencies = useQuery(currenciesQuery).data ?? [];
  const terms = useQuery({ ...paymentTermsQuery, enabled: may("payment_terms.view") }).data ?? [];
  const priceLists = useQuery({ ...priceListChoicesQuery, enabled: may("price_lists.view") }).data ?? [];
  const taxes = useQuery({ ...taxRatesQuery, enabled: may("tax_rates.view") }).data ?? [];

  const form = useProblemForm({
    schema: contactShape(common, decimals),
    defaultValues: valuesOf(contact, begin, country),
    send: async (values) => {
      const body = inputOf(values, decimals);
      if (contact) return { ...(await changeContact(contact.id, body, tag.current)), similar: [] };
      return createContact(body);
    },
    onDone: async (saved) => {
      client.setQueryData(contactNameQuery(saved.id).queryKey, saved.name);
      await contactsChanged(client);
      notifications.show({ color: "ledger", message: t(contact ? "saved" : "created", { name: saved.name }) });
      const others = (saved.similar as { id: string; name: string }[]).map(({ name }) => name);
      if (others.length) notifications.show({ color: "yellow", autoClose: 12_000, title: t("similarTitle"), message: t("similar", { name: saved.name, others: others.join(", ") }) });
      onDone?.(saved);
      onClose();
    },
  });
  const persons = useFieldArray({ control: form.control, name: "persons" });
  const addresses = useFieldArray({ control: form.control, name: "addresses" });
  const [isCustomer, isVendor, isCompany] = form.watch(["is_customer", "is_vendor", "is_company"]);
  const errors = form.formState.errors;
  const isStale = form.problem?.code === "stale";

  const reload = async () => {
    if (contact) onReload(await client.query({ ...contactQuery(contact.id), staleTime: 0 }));
  };
  const keep = async () => {
    if (!contact) return;
    tag.current = (await client.query({ ...contactQuery(contact.id), staleTime: 0 })).tag;
    await form.submit();
  };

  const text = (name: Exclude<keyof ContactValues, "persons" | "addresses">) => ({ label: t(`field.${name}`), error: form.errorOf(name), ...form.register(name) });
  const choice = (name: ChoiceField, data: Choice[], placeholder?: string) => (
    <Controller
      control={form.control}
      name={name}
      render={({ field }) => <ChoiceInput {...field} label={t(`field.${name}`)} data={data} clearable error={form.errorOf(name)} {...(placeholder && { placeholder })} />}
    />
  );
  const account = (name: AccountField) => (
    <Controller
      control={form.control}
      name={name}
      render={({ field }) => <AccountInput {...field} label={t(`field.${name}`)} fits={FITS[name]} placeholder={t("usualAccount")} clearable error={form.errorOf(name)} />}
    />
  );
  const rates = (side: "is_for_sales" | "is_for_purchases", chosen: string | null) =>
    taxes.filter((rate) => rate.id === chosen || (rate.is_active && rate[side])).map(({ id, code, name }) => ({ value: id, label: `${code} · ${name}` }));
  const lists = (isForSales: boolean) => priceLists.filter((list) => list.is_for_sales === isForSales && list.is_active);
  const defaultTerms = terms.find(({ is_default }) => is_default)?.name;

  return (
    <FormDialog
      title={contact ? t("editTitle", { name: contact.name }) : t(begin.side === "purchases" ? "newVendor" : "newCustomer")}
      submitLabel={contact ? t("action.save") : t("create")}
      form={{ ...form, problem: isStale ? null : form.problem }}
      onClose={onClose}
      size={720}
    >
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" verticalSpacing="sm">
          <TextInput {...text("name")} data-autofocus autoComplete="off" />
          {isCompany ? <TextInput {...text("tax_number")} autoComplete="off" /> : <TextInput {...text("company_name")} autoComplete="off" />}
          <TextInput {...text("email")} type="email" inputMode="email" autoComplete="off" />
          <TextInput {...text("phone")} type="tel" autoComplete="off" />
        </SimpleGrid>
        <Group gap="lg">
          <Checkbox {...text("is_company")} />
          <Checkbox {...text("is_customer")} />
          <Checkbox {...text("is_vendor")} />
        </Group>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" verticalSpacing="sm">
          {choice("currency", currencies.map(({ code, name }) => ({ value: code, label: `${code} · ${name}` })), t("baseCurrency"))}
          {choice("payment_terms", terms.map(({ id, name }) => ({ value: id, label: name })), defaultTerms ? t("defaultTerms", { name: defaultTerms }) : undefined)}
        </SimpleGrid>
      </Stack>

      <div>
        <Fold title={t("addresses")} open={!contact || addresses.fields.length > 0} needed={Boolean(errors.addresses)} hint={t("count.addresses", { count: addresses.fields.length })}>
          {addresses.fields.map((field, index) => (
            <fieldset key={field.id} style={{ border: "none", margin: 0, padding: 0 }} aria-label={t("addressNumber", { number: index + 1 })}>
              <SimpleGrid cols={{ base: 1, sm: 6 }} spacing="sm" verticalSpacing="xs">
                <Controller
                  control={form.control}
                  name={`addresses.${index}.kind`}
                  render={({ field: kind }) => (
                    <ChoiceInput {...kind} label={t("address.kind")} allowDeselect={false} data={(["billing", "shipping", "other"] as const).map((value) => ({ value, label: t(`addressKind.${value}`) }))} onChange={(value) => kind.onChange(value ?? "other")} style={{ gridColumn: "span 2" }} />
                  )}
                />
                <TextInput label={t("address.attention")} error={form.errorOf(`addresses.${index}.attention`)} {...form.register(`addresses.${index}.attention`)} style={{ gridColumn: "span 4" }} />
                <Textarea label={t("address.street")} autosize minRows={1} maxRows={4} error={form.errorOf(`addresses.${index}.street`)} {...form.register(`addresses.${index}.street`)} style={{ gridColumn: "1 / -1" }} />
                <TextInput label={t("address.postal_code")} error={form.errorOf(`addresses.${index}.postal_code`)} {...form.register(`addresses.${index}.postal_code`)} />
                <TextInput label={t("address.city")} error={form.errorOf(`addresses.${index}.city`)} {...form.register(`addresses.${index}.city`)} style={{ gridColumn: "span 2" }} />
                <TextInput label={t("address.region")} error={form.errorOf(`addresses.${index}.region`)} {...form.register(`addresses.${index}.region`)} />
                <Controller
                  control={form.control}
                  name={`addresses.${index}.country`}
                  render={({ field: its }) => <ChoiceInput {...its} label={t("address.country")} clearable data={setUp?.countries.map(({ value, label }) => ({ value, label })) ?? []} error={form.errorOf(`addresses.${index}.country`)} style={{ gridColumn: "span 2" }} />}
                />
              </SimpleGrid>
              <Group justify="space-between" mt={6}>
                <Checkbox label={t("address.is_default")} {...form.register(`addresses.${index}.is_default`)} />
                <Button size="xs" variant="subtle" color="gray" leftSection={<Trash2 size={14} />} onClick={() => addresses.remove(index)} aria-label={t("removeAddress", { number: index + 1 })}>
                  {t("remove")}
                </Button>
              </Group>
            </fieldset>
          ))}
          <Group>
            <Button size="xs" variant="default" leftSection={<Plus size={14} />} onClick={() => addresses.append({ ...emptyAddress(country), kind: addresses.fields.length ? "shipping" : "billing", is_default: true })}>
              {t("addAddress")}
            </Button>
          </Group>
        </Fold>

        <Fold title={t("persons")} open={persons.fields.length > 0} needed={Boolean(errors.persons)} hint={t("count.persons", { count: persons.fields.length })}>
          {persons.fields.map((field, index) => (
            <Group key={field.id} align="flex-end" gap="xs" role="group" aria-label={t("personNumber", { number: index + 1 })}>
              <TextInput label={t("person.name")} error={form.errorOf(`persons.${index}.name`)} {...form.register(`persons.${index}.name`)} flex="2 1 140px" />
              <TextInput label={t("person.role")} error={form.errorOf(`persons.${index}.role`)} {...form.register(`persons.${index}.role`)} flex="1 1 110px" />
              <TextInput label={t("person.email")} type="email" error={form.errorOf(`persons.${index}.email`)} {...form.register(`persons.${index}.email`)} flex="2 1 150px" />
              <TextInput label={t("person.phone")} type="tel" error={form.errorOf(`persons.${index}.phone`)} {...form.register(`persons.${index}.phone`)} flex="1 1 110px" />
              <Checkbox label={t("person.is_primary")} {...form.register(`persons.${index}.is_primary`)} mb={9} />
              <ActionIcon size="lg" aria-label={t("removePerson", { number: index + 1 })} onClick={() => persons.remove(index)}>
                <Trash2 size={15} />
              </ActionIcon>
            </Group>
          ))}
          <Group>
            <Button size="xs" variant="default" leftSection={<Plus size={14} />} onClick={() => persons.append(emptyPerson(persons.fields.length === 0))}>
              {t("addPerson")}
            </Button>
          </Group>
        </Fold>

        <Fold title={t("more")} needed={(["number", "website", "language", "company_name", "notes"] as const).some((name) => errors[name])}>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" verticalSpacing="sm">
            <TextInput {...text("number")} autoComplete="off" />
            <TextInput {...text("website")} type="url" autoComplete="off" />
            {isCompany ? <TextInput {...text("company_name")} description={t("companyHint")} autoComplete="off" /> : <TextInput {...text("tax_number")} autoComplete="off" />}
            {choice("language", setUp?.languages.map(({ value, label }) => ({ value, label })) ?? [])}
          </SimpleGrid>
          <Textarea {...text("notes")} autosize minRows={2} maxRows={8} />
        </Fold>

        <Fold
          title={t("terms")}
          needed={(["price_list", "sales_tax", "purchase_tax", "receivable_account", "payable_account", "income_account", "expense_account", "credit_limit", "over_limit"] as const).some((name) => errors[name])}
        >
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" verticalSpacing="sm">
            {isCustomer && choice("sales_tax", rates("is_for_sales", contact?.sales_tax ?? null), t("itemTax"))}
            {isVendor && choice("purchase_tax", rates("is_for_purchases", contact?.purchase_tax ?? null), t("itemTax"))}
            {priceLists.length > 0 && choice("price_list", [...(isCustomer ? lists(true) : []), ...(isVendor ? lists(false) : [])].map(({ id, name, currency }) => ({ value: id, label: `${name} · ${currency}` })))}
            {isCustomer && account("receivable_account")}
            {isCustomer && account("income_account")}
            {isVendor && account("payable_account")}
            {isVendor && account("expense_account")}
          </SimpleGrid>
          {isCustomer && (
            <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
              <TextInput {...text("credit_limit")} placeholder={t("noLimit")} inputMode="decimal" autoComplete="off" />
              <Controller
                control={form.control}
                name="over_limit"
                render={({ field }) => (
                  <ChoiceInput {...field} label={t("field.over_limit")} allowDeselect={false} data={(["warn", "refuse"] as const).map((value) => ({ value, label: t(`overLimit.${value}`) }))} onChange={(value) => field.onChange(value ?? "warn")} />
                )}
              />
            </SimpleGrid>
          )}
        </Fold>
      </div>
      {!isCustomer && !isVendor && (
        <Text size="sm" c="red" role="alert">
          {t("noRole")}
        </Text>
      )}
      {isStale && <ConflictNotice onReload={() => void reload()} onKeep={() => void keep()} isBusy={form.isSending} />}
    </FormDialog>
  );
}
