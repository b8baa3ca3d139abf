import { ActionIcon, Button, Group, TextInput, VisuallyHidden } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Pencil, Plus, Search, Tags, Trash2 } from "lucide-react";
import { useState } from "react";
import { Controller } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { ChoiceInput } from "@/components/ChoiceInput";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { EmptyState } from "@/components/EmptyState";
import { FormDialog } from "@/components/FormDialog";
import { PRICE, QUANTITY } from "@/components/items/values";
import { TextLink } from "@/components/links";
import { Loaded } from "@/components/Loaded";
import { LoadedPage } from "@/components/LoadedPage";
import { Page, Sheet } from "@/components/Page";
import { Pager } from "@/components/Pager";
import { StatusBadge } from "@/components/StatusBadge";
import table from "@/components/table.module.css";
import { useProblemForm } from "@/components/useProblemForm";
import { numberField, readNumber, shortNumber, typedNumber } from "@/lib/amounts";
import { addPrice, changePrice, deletePrice, deletePriceList, itemsQuery, priceListQuery, pricesQuery } from "@/lib/api/items";
import type { Price, PriceList } from "@/lib/api/types";
import { currencyDecimals } from "@/lib/currencies";
import { padded } from "@/lib/money";
import { useAbilities } from "@/lib/organization";
import { atLeast, z } from "@/lib/shapes";
import { urls } from "@/lib/urls";

import { PriceListDialog } from "./PriceListDialog";

const route = getRouteApi("/signed-in/shell/price-lists/$priceListId");
const PRICES_PER_PAGE = 50;

export function PriceListPage() {
  const { t } = useTranslation("items");
  const { priceListId } = route.useParams();
  const list = useQuery(priceListQuery(priceListId));
  return (
    <LoadedPage query={list} title={t("navigation.priceLists")}>
      {(known) => <KnownList list={known} />}
    </LoadedPage>
  );
}

function KnownList({ list }: { list: PriceList }) {
  const { t } = useTranslation("items");
  const may = useAbilities();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [search, setSearch] = useState("");
  const [page, setPage] = useState(1);
  const [open, setOpen] = useState<"edit" | "delete" | "add" | Price | null>(null);
  const [doomed, setDoomed] = useState<Price | null>(null);
  const searchFor = useDebouncedCallback((value: string) => {
    setSearch(value);
    setPage(1);
  }, 250);
  const prices = useQuery(pricesQuery(list.id, { page, page_size: PRICES_PER_PAGE, ...(search && { search }) }));
  const close = () => setOpen(null);
  const remove = async () => {
    await deletePriceList(list.id);
    await navigate({ to: urls.priceLists });
    notifications.show({ color: "ledger", message: t("deleted", { name: list.name }) });
    await client.invalidateQueries({ queryKey: ["price-lists"] });
  };
  const removePrice = async () => {
    if (doomed) await deletePrice(doomed.id);
    await client.invalidateQueries({ queryKey: ["price-lists"] });
  };
  const add = may("price_lists.edit") && (
    <Button leftSection={<Plus size={16} />} onClick={() => setOpen("add")}>
      {t("price.add")}
    </Button>
  );
  return (
    <Page
      title={list.name}
      subtitle={
        <Group gap="xs">
          <span>{t(list.is_for_sales ? "priceList.sales" : "priceList.purchases")}</span>
          <span>{list.currency}</span>
          <span>{t(list.prices_include_tax ? "priceList.withTax" : "priceList.withoutTax")}</span>
          {!list.is_active && <StatusBadge tone="neutral">{t("inactive")}</StatusBadge>}
        </Group>
      }
      actions={
        <>
          {may("price_lists.delete") && (
            <Button variant="subtle" color="red" leftSection={<Trash2 size={15} />} onClick={() => setOpen("delete")}>
              {t("action.delete")}
            </Button>
          )}
          {may("price_lists.edit") && (
            <Button variant="default" leftSection={<Pencil size={15} />} onClick={() => setOpen("edit")}>
              {t("action.edit")}
            </Button>
          )}
          {add}
        </>
      }
    >
      <Sheet>
        <Group p="xs" style={{ borderBottom: "1px solid var(--line)" }}>
          <TextInput aria-label={t("price.search")} placeholder={t("price.search")} leftSection={<Search size={15} />} onChange={(event) => searchFor(event.currentTarget.value)} />
        </Group>
        <Loaded query={prices}>
          {({ results, count }) =>
            results.length ? (
              <>
                <table className={`${table.table} ${table.cards}`} aria-label={t("price.all")}>
                  <thead>
                    <tr>
                      <th scope="col">{t("item")}</th>
                      <th scope="col" className={table.amount}>
                        {t("price.from")}
                      </th>
                      <th scope="col" className={table.amount}>
                        {t("price.price")}
                      </th>
                      <th scope="col" className={table.action}>
                      <VisuallyHidden>{t("moreActions")}</VisuallyHidden>
                    </th>
                    </tr>
                  </thead>
                  <tbody>
                    {results.map((price) => (
                      <tr key={price.id}>
                        <td>
                          <TextLink to={urls.item} params={{ itemId: price.item.id }} inherit>
                            {price.item.name}
                          </TextLink>{" "}
                          <span className={table.quiet}>{price.item.code}</span>
                        </td>
                        <td className={table.amount}>
                          <bdi>{shortNumber(price.min_quantity)}</bdi>
                        </td>
                        <td className={table.amount}>
                          <Amount value={padded(price.price, currencyDecimals(list.currency))} />
                        </td>
                        <td className={table.action}>
                          {may("price_lists.edit") && (
                            <>
                              <ActionIcon aria-label={t("price.edit", { name: price.item.name })} onClick={() => setOpen(price)}>
                                <Pencil size={15} />
                              </ActionIcon>
                              <ActionIcon aria-label={t("price.remove", { name: price.item.name })} onClick={() => setDoomed(price)}>
                                <Trash2 size={15} />
                              </ActionIcon>
                            </>
                          )}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
                <Pager count={count} page={page} pageSize={PRICES_PER_PAGE} onPage={setPage} />
              </>
            ) : (
              <EmptyState icon={Tags} title={t(search ? "list.nothing" : "price.none")} action={search ? undefined : add} />
            )
          }
        </Loaded>
      </Sheet>
      {open === "edit" && <PriceListDialog list={list} onClose={close} />}
      {(open === "add" || typeof open === "object") && open !== null && <PriceDialog list={list} price={open === "add" ? undefined : open} onClose={close} />}
      <ConfirmDialog opened={open === "delete"} onClose={close} title={t("deleteTitle", { name: list.name })} text={t("priceList.deleteText")} confirmLabel={t("action.delete")} onConfirm={remove} />
      <ConfirmDialog opened={doomed !== null} onClose={() => setDoomed(null)} title={t("price.removeTitle", { name: doomed?.item.name ?? "" })} text={t("price.removeText")} confirmLabel={t("action.delete")} onConfirm={removePrice} />
    </Page>
  );
}

function PriceDialog({ list, price, onClose }: { list: PriceList; price: Price | undefined; onClose: () => void }) {
  const { t } = useTranslation("items");
  const client = useQueryClient();
  const [search, setSearch] = useState("");
  const searchFor = useDebouncedCallback(setSearch, 150);
  const items = useQuery({ ...itemsQuery({ is_active: true, page_size: 20, ...(search && { search }) }), enabled: !price }).data?.results ?? [];
  const form = useProblemForm({
    schema: z.object({ item: atLeast(1, t("form.required")), min_quantity: numberField({ ...QUANTITY }), price: numberField({ ...PRICE, required: true }) }),
    defaultValues: { item: price?.item.id ?? "", min_quantity: typedNumber(price?.min_quantity ?? "0"), price: typedNumber(price?.price) },
    send: (values) => {
      const body = { min_quantity: readNumber(values.min_quantity, QUANTITY) || "0", price: readNumber(values.price, PRICE) };
      return price ? changePrice(price.id, body) : addPrice(list.id, { ...body, item: values.item });
    },
    onDone: async () => {
      await client.invalidateQueries({ queryKey: ["price-lists"] });
      onClose();
    },
  });
  return (
    <FormDialog title={price ? t("price.edit", { name: price.item.name }) : t("price.add")} form={form} submitLabel={t("action.save")} onClose={onClose}>
      {!price && (
        <Controller
          control={form.control}
          name="item"
          render={({ field }) => (
            <ChoiceInput
              {...field}
              label={t("item")}
              data={items.map(({ id, name, code }) => ({ value: id, label: code ? `${code} · ${name}` : name }))}
              onSearchChange={searchFor}
              error={form.errorOf("item")}
              onChange={(value) => field.onChange(value ?? "")}
              data-autofocus
            />
          )}
        />
      )}
      <TextInput label={t("price.fromQuantity")} inputMode="decimal" error={form.errorOf("min_quantity")} {...form.register("min_quantity")} />
      <TextInput label={t("price.inCurrency", { currency: list.currency })} inputMode="decimal" error={form.errorOf("price")} {...form.register("price")} />
    </FormDialog>
  );
}
