import { Checkbox, Select, Stack, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Controller } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { ChoiceInput } from "@/components/ChoiceInput";
import { FormDialog } from "@/components/FormDialog";
import { useProblemForm } from "@/components/useProblemForm";
import { currenciesQuery } from "@/lib/api/currencies";
import { changePriceList, createPriceList } from "@/lib/api/items";
import type { PriceList } from "@/lib/api/types";
import { useOrganization } from "@/lib/organization";
import { atLeast, filled, z } from "@/lib/shapes";

interface Props {
  list?: PriceList;
  onDone?: (list: PriceList) => void;
  onClose: () => void;
}

export function PriceListDialog({ list, onDone, onClose }: Props) {
  const { t } = useTranslation("items");
  const client = useQueryClient();
  const { base_currency } = useOrganization();
  const currencies = useQuery(currenciesQuery).data ?? [];
  const form = useProblemForm({
    schema: z.object({ name: filled(t("form.required")), currency: atLeast(1, t("form.required")), is_for_sales: z.string(), prices_include_tax: z.boolean(), is_active: z.boolean() }),
    defaultValues: {
      name: list?.name ?? "",
      currency: list?.currency ?? base_currency,
      is_for_sales: list?.is_for_sales === false ? "purchases" : "sales",
      prices_include_tax: list?.prices_include_tax ?? false,
      is_active: list?.is_active ?? true,
    },
    send: ({ is_for_sales, ...values }) => {
      const body = { ...values, is_for_sales: is_for_sales === "sales" };
      return list ? changePriceList(list.id, body) : createPriceList(body);
    },
    onDone: async (saved) => {
      await client.invalidateQueries({ queryKey: ["price-lists"] });
      notifications.show({ color: "ledger", message: t("priceList.saved", { name: saved.name }) });
      onDone?.(saved);
      onClose();
    },
  });
  return (
    <FormDialog title={list ? t("editTitle", { name: list.name }) : t("priceList.new")} form={form} submitLabel={t("action.save")} onClose={onClose}>
      <Stack gap="sm">
        <TextInput label={t("field.name")} data-autofocus error={form.errorOf("name")} {...form.register("name")} />
        <Controller
          control={form.control}
          name="is_for_sales"
          render={({ field }) => (
            <Select
              {...field}
              label={t("priceList.for")}
              allowDeselect={false}
              data={(["sales", "purchases"] as const).map((value) => ({ value, label: t(`priceList.${value}`) }))}
              error={form.errorOf("is_for_sales")}
              onChange={(value) => field.onChange(value ?? "sales")}
            />
          )}
        />
        <Controller
          control={form.control}
          name="currency"
          render={({ field }) => (
            <ChoiceInput
              {...field}
              label={t("priceList.currency")}
              allowDeselect={false}
              data={currencies.map(({ code, name }) => ({ value: code, label: `${code} · ${name}` }))}
              error={form.errorOf("currency")}
              onChange={(value) => field.onChange(value ?? "")}
            />
          )}
        />
        <Checkbox label={t("field.prices_include_tax")} {...form.register("prices_include_tax")} />
        <Checkbox label={t("priceList.active")} {...form.register("is_active")} />
      </Stack>
    </FormDialog>
  );
}
