import { Button } from "@mantine/core";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Plus, Tags } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { EmptyState } from "@/components/EmptyState";
import type { Column } from "@/components/list/columns";
import { ListPage, ROWS_PER_PAGE } from "@/components/list/ListPage";
import { StatusBadge } from "@/components/StatusBadge";
import { priceListsQuery } from "@/lib/api/items";
import type { PriceList } from "@/lib/api/types";
import { useAbilities } from "@/lib/organization";
import { urls } from "@/lib/urls";

import { PriceListDialog } from "./PriceListDialog";

const route = getRouteApi("/signed-in/shell/price-lists");

/** Prices that differ from the items' own: for some customers, in other currencies, from some quantity on. */
export function PriceListsPage() {
  const { t } = useTranslation("items");
  const may = useAbilities();
  const navigate = useNavigate();
  const state = route.useSearch();
  const move = route.useNavigate();
  const [isAdding, setAdding] = useState(false);
  const { search, ordering, page } = state;
  const query = priceListsQuery({ page_size: ROWS_PER_PAGE, ...(search && { search }), ...(ordering && { ordering }), ...(page && { page }) });
  const columns: Column<PriceList>[] = [
    { id: "name", label: t("field.name"), ordering: "name", phone: "title", cell: ({ name }) => name },
    { id: "side", label: t("priceList.for"), phone: "wide", cell: ({ is_for_sales }) => t(is_for_sales ? "priceList.sales" : "priceList.purchases") },
    { id: "currency", label: t("priceList.currency"), ordering: "currency", kind: "number", phone: "aside", cell: ({ currency }) => currency },
    { id: "tax", label: t("priceList.tax"), phone: "none", cell: ({ prices_include_tax }) => t(prices_include_tax ? "priceList.withTax" : "priceList.withoutTax") },
    { id: "state", label: t("priceList.state"), phone: "aside", cell: ({ is_active }) => !is_active && <StatusBadge tone="neutral">{t("inactive")}</StatusBadge> },
  ];
  const add = may("price_lists.create") && (
    <Button leftSection={<Plus size={16} />} onClick={() => setAdding(true)}>
      {t("priceList.new")}
    </Button>
  );
  return (
    <>
      <ListPage
        name="price-lists"
        title={t("navigation.priceLists")}
        actions={add}
        query={query}
        columns={columns}
        rowId={({ id }) => id}
        rowLink={({ id }) => ({ to: urls.priceList, params: { priceListId: id } })}
        rowName={({ name }) => name}
        state={{ ...state }}
        onState={(next) => void move({ search: next })}
        empty={<EmptyState icon={Tags} title={t("priceList.none")} text={t("priceList.noneText")} action={add} />}
      />
      {isAdding && <PriceListDialog onClose={() => setAdding(false)} onDone={({ id }) => void navigate({ to: urls.priceList, params: { priceListId: id } })} />}
    </>
  );
}
