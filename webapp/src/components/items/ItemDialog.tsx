import { Checkbox, Group, SegmentedControl, SimpleGrid, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Controller } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { AccountInput } from "@/components/AccountInput";
import { ChoiceInput } from "@/components/ChoiceInput";
import { ConflictNotice } from "@/components/ConflictNotice";
import { Fold } from "@/components/Fold";
import { FormDialog } from "@/components/FormDialog";
import { useProblemForm } from "@/components/useProblemForm";
import type { Tagged } from "@/lib/api/client";
import { changeItem, createItem, itemCategoriesQuery, itemQuery, itemsChanged, unitsQuery } from "@/lib/api/items";
import { taxRatesQuery } from "@/lib/api/taxes";
import type { Account, Item } from "@/lib/api/types";
import { useAbilities, useOrganization } from "@/lib/organization";

import { inputOf, type ItemBeginning, itemShape, type ItemValues, valuesOf } from "./values";

interface Props {
  /** The item to edit; without one, a new item is made. */
  item?: Item & Tagged;
  /** What is known of a new one: the name that was typed, and the side it is wanted on. */
  begin?: ItemBeginning;
  onDone?: (item: Item) => void;
  onClose: () => void;
}

/** What is sold or bought: a new item, or one that is changed. */
export function ItemDialog({ item, ...props }: Props) {
  const [known, setKnown] = useState(item);
  return <ItemForm key={known?.tag ?? "new"} {...props} {...(known && { item: known })} onReload={setKnown} />;
}

type AccountField = "income_account" | "expense_account" | "inventory_account";

const FITS: Record<AccountField, (account: Account) => boolean> = {
  income_account: ({ root }) => root === "income",
  expense_account: ({ root, type }) => root === "expense" || ["inventory", "fixed_asset", "other_current_asset", "non_current_asset"].includes(type),
  inventory_account: ({ type }) => type === "inventory",
};

function ItemForm({ item, begin = {}, onDone, onClose, onReload }: Props & { onReload: (item: Item & Tagged) => void }) {
  const { t } = useTranslation("items");
  const client = useQueryClient();
  const may = useAbilities();
  const { base_currency } = useOrganization();
  const tag = useRef(item?.tag); // of the state that this is written over
  const units = useQuery(unitsQuery).data ?? [];
  const categories = useQuery(itemCategoriesQuery).data ?? [];
  const taxes = useQuery({ ...taxRatesQuery, enabled: may("tax_rates.view") }).data ?? [];
  const form = useProblemForm({
    schema: itemShape(t("form.required")),
    defaultValues: valuesOf(item, begin),
    send: (values) => (item ? changeItem(item.id, inputOf(values), tag.current) : createItem(inputOf(values))),
    onDone: async (saved) => {
      await itemsChanged(client);
      notifications.show({ color: "ledger", message: t(item ? "saved" : "created", { name: saved.name }) });
      onDone?.(saved);
      onClose();
    },
  });
  const [isSold, isPurchased] = form.watch(["is_sold", "is_purchased"]);
  const errors = form.formState.errors;
  const isStale = form.problem?.code === "stale";
  const reload = async () => {
    if (item) onReload(await client.query({ ...itemQuery(item.id), staleTime: 0 }));
  };
  const keep = async () => {
    if (!item) return;
    tag.current = (await client.query({ ...itemQuery(item.id), staleTime: 0 })).tag;
    await form.submit();
  };

  const text = (name: keyof ItemValues) => ({ label: t(`field.${name}`), error: form.errorOf(name), ...form.register(name) });
  const choice = (name: "unit" | "category" | "sales_tax" | "purchase_tax", data: { value: string; label: string }[]) => (
    <Controller control={form.control} name={name} render={({ field }) => <ChoiceInput {...field} label={t(`field.${name}`)} data={data} clearable error={form.errorOf(name)} />} />
  );
  const account = (name: AccountField) => (
    <Controller
      control={form.control}
      name={name}
      render={({ field }) => <AccountInput {...field} label={t(`field.${name}`)} fits={FITS[name]} placeholder={t("ofCategory")} clearable error={form.errorOf(name)} />}
    />
  );
  const rates = (side: "is_for_sales" | "is_for_purchases", chosen: string | null) =>
    taxes.filter((rate) => rate.id === chosen || (rate.is_active && rate[side])).map(({ id, code, name }) => ({ value: id, label: `${code} · ${name}` }));

  return (
    <FormDialog
      title={item ? t("editTitle", { name: item.name }) : t("newTitle")}
      submitLabel={item ? t("action.save") : t("create")}
      form={{ ...form, problem: isStale ? null : form.problem }}
      onClose={onClose}
      size={680}
    >
      <Controller
        control={form.control}
        name="kind"
        render={({ field: { value, onChange } }) => (
          <SegmentedControl aria-label={t("field.kind")} value={value} onChange={onChange} data={(["service", "goods"] as const).map((kind) => ({ value: kind, label: t(`kinds.${kind}`) }))} />
        )}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" verticalSpacing="sm">
        <TextInput {...text("name")} data-autofocus autoComplete="off" />
        <TextInput {...text("code")} autoComplete="off" />
        {choice("unit", units.map(({ id, name }) => ({ value: id, label: name })))}
        {choice("category", categories.map(({ id, name }) => ({ value: id, label: name })))}
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
        <Stack gap="sm" role="group" aria-label={t("field.is_sold")}>
          <Checkbox {...text("is_sold")} />
          {isSold && (
            <>
              <TextInput {...text("sale_price")} inputMode="decimal" autoComplete="off" rightSectionWidth={52} rightSection={<Text size="xs" c="dimmed">{base_currency}</Text>} />
              {choice("sales_tax", rates("is_for_sales", item?.sales_tax ?? null))}
              {account("income_account")}
              <Textarea {...text("sale_description")} autosize minRows={1} maxRows={4} />
            </>
          )}
        </Stack>
        <Stack gap="sm" role="group" aria-label={t("field.is_purchased")}>
          <Checkbox {...text("is_purchased")} />
          {isPurchased && (
            <>
              <TextInput {...text("purchase_price")} inputMode="decimal" autoComplete="off" rightSectionWidth={52} rightSection={<Text size="xs" c="dimmed">{base_currency}</Text>} />
              {choice("purchase_tax", rates("is_for_purchases", item?.purchase_tax ?? null))}
              {account("expense_account")}
              <Textarea {...text("purchase_description")} autosize minRows={1} maxRows={4} />
            </>
          )}
        </Stack>
      </SimpleGrid>
      <Group>
        <Checkbox {...text("prices_include_tax")} />
      </Group>
      <Fold title={t("more")} needed={(["barcode", "inventory_account"] as const).some((name) => errors[name])}>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          <TextInput {...text("barcode")} autoComplete="off" />
          {account("inventory_account")}
        </SimpleGrid>
      </Fold>
      {isStale && <ConflictNotice onReload={() => void reload()} onKeep={() => void keep()} isBusy={form.isSending} />}
    </FormDialog>
  );
}
