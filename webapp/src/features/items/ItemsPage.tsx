import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { FolderTree, Package, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { EmptyState } from "@/components/EmptyState";
import { ButtonLink } from "@/components/links";
import type { BulkAction, Column, Filter } from "@/components/list/columns";
import { ListPage, ROWS_PER_PAGE } from "@/components/list/ListPage";
import { loadLater } from "@/components/loadLater";
import { StatusBadge } from "@/components/StatusBadge";
import { exportList } from "@/lib/api/exportList";
import { activateItem, deactivateItem, itemCategoriesQuery, type ItemFilter, itemsChanged, itemsQuery } from "@/lib/api/items";
import type { Item } from "@/lib/api/types";
import { padded } from "@/lib/money";
import { useAbilities, useDecimals, useOrganization } from "@/lib/organization";
import { urls } from "@/lib/urls";

const ItemDialog = loadLater(() => import("@/components/items/ItemDialog").then((module) => module.ItemDialog));
const CategoriesDialog = loadLater(() => import("./CategoriesDialog").then((module) => module.CategoriesDialog));

const route = getRouteApi("/signed-in/shell/items");

const WHICH: Record<string, boolean | undefined> = { "": true, false: false, any: undefined };

/** What is sold and bought. */
export function ItemsPage() {
  const { t } = useTranslation("items");
  const may = useAbilities();
  const client = useQueryClient();
  const navigate = useNavigate();
  const state = route.useSearch();
  const move = route.useNavigate();
  const { base_currency } = useOrganization();
  const decimals = useDecimals();
  const categories = useQuery(itemCategoriesQuery).data ?? [];
  const [open, setOpen] = useState<"new" | "categories" | null>(null);
  const { is_active, category, type, search, ordering, page } = state;
  const isActive = WHICH[is_active ?? ""];
  const filter: ItemFilter = {
    page_size: ROWS_PER_PAGE,
    ...(search && { search }),
    ...(ordering && { ordering }),
    ...(page && { page }),
    ...(isActive !== undefined && { is_active: isActive }),
    ...(category && { category: Number(category) }),
    ...((type === "service" || type === "goods") && { kind: type }),
  };
  const price = (value: string | null) => value !== null && <Amount value={padded(value, decimals)} />;
  const columns: Column<Item>[] = [
    {
      id: "name",
      label: t("field.name"),
      ordering: "name",
      phone: "title",
      cell: (item) => (
        <Group gap={8} component="span" display="inline-flex">
          {item.name}
          {!item.is_active && <StatusBadge tone="neutral">{t("inactive")}</StatusBadge>}
        </Group>
      ),
    },
    { id: "code", label: t("field.code"), ordering: "code", kind: "number", phone: "wide", cell: ({ code }) => <bdi>{code}</bdi> },
    { id: "kind", label: t("field.kind"), phone: "none", optional: true, cell: ({ kind }) => t(`kinds.${kind}`) },
    { id: "category", label: t("field.category"), phone: "wide", cell: ({ category_name }) => category_name },
    { id: "unit", label: t("field.unit"), phone: "none", cell: ({ unit_name }) => unit_name },
    { id: "sale_price", label: t("priceIn", { price: t("field.sale_price"), currency: base_currency }), ordering: "sale_price", kind: "amount", cell: ({ sale_price }) => price(sale_price) },
    { id: "purchase_price", label: t("priceIn", { price: t("field.purchase_price"), currency: base_currency }), ordering: "purchase_price", kind: "amount", phone: "none", cell: ({ purchase_price }) => price(purchase_price) },
    { id: "barcode", label: t("field.barcode"), kind: "number", phone: "none", optional: true, cell: ({ barcode }) => barcode },
  ];
  const filters: Filter[] = [
    { name: "type", label: t("field.kind"), input: { kind: "choice", choices: (["service", "goods"] as const).map((value) => ({ value, label: t(`kinds.${value}`) })) } },
    ...(categories.length ? [{ name: "category", label: t("field.category"), input: { kind: "choice" as const, choices: categories.map(({ id, name }) => ({ value: id, label: name })) } }] : []),
  ];
  const turn = async (items: Item[], isOn: boolean) => {
    for (const { id } of items) await (isOn ? activateItem(id) : deactivateItem(id));
    await itemsChanged(client);
    notifications.show({ color: "ledger", message: t(isOn ? "manyActivated" : "manyDeactivated", { count: items.length }) });
  };
  const bulk: BulkAction<Item>[] = [
    { label: t("deactivate"), applies: (item) => item.is_active, run: (items) => turn(items, false) },
    { label: t("activate"), applies: (item) => !item.is_active, run: (items) => turn(items, true) },
  ];
  const add = may("items.create") && (
    <Button leftSection={<Plus size={16} />} onClick={() => setOpen("new")}>
      {t("new")}
    </Button>
  );
  return (
    <>
      <ListPage
        name="items"
        title={t("navigation.items")}
        actions={
          <>
            {may("price_lists.view") && (
              <ButtonLink to={urls.priceLists} variant="default">
                {t("navigation.priceLists")}
              </ButtonLink>
            )}
            <Button variant="default" leftSection={<FolderTree size={15} />} onClick={() => setOpen("categories")}>
              {t("categories")}
            </Button>
            {add}
          </>
        }
        query={itemsQuery(filter)}
        columns={columns}
        rowId={({ id }) => id}
        rowName={({ name }) => name}
        rowLink={({ id }) => ({ to: urls.item, params: { itemId: id } })}
        state={{ ...state }}
        onState={(next) => void move({ search: next })}
        tabs={{
          name: "is_active",
          choices: [
            { value: "", label: t("tab.active") },
            { value: "false", label: t("tab.inactive") },
            { value: "any", label: t("tab.all") },
          ],
        }}
        filters={filters}
        searchLabel={t("search")}
        onExport={(format) => exportList("/api/items", filter, format)}
        {...(may("items.edit") && { bulk })}
        empty={<EmptyState icon={Package} title={t("none")} text={t("noneText")} action={add} />}
      />
      {open === "new" && <ItemDialog onClose={() => setOpen(null)} onDone={({ id }) => void navigate({ to: urls.item, params: { itemId: id } })} />}
      {open === "categories" && <CategoriesDialog onClose={() => setOpen(null)} />}
    </>
  );
}
