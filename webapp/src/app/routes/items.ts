import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { shell, strings } from "@/app/frame";
import { listSearch } from "@/lib/search";
import { urls } from "@/lib/urls";

export const itemsPages = [
  createRoute({
    getParentRoute: () => shell,
    path: urls.items,
    validateSearch: listSearch("is_active", "category", "type"),
    loader: strings("items"),
    component: lazyRouteComponent(() => import("@/features/items/ItemsPage"), "ItemsPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.item,
    loader: strings("items"),
    component: lazyRouteComponent(() => import("@/features/items/ItemPage"), "ItemPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.priceLists,
    validateSearch: listSearch(),
    loader: strings("items"),
    component: lazyRouteComponent(() => import("@/features/items/PriceListsPage"), "PriceListsPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.priceList,
    loader: strings("items"),
    component: lazyRouteComponent(() => import("@/features/items/PriceListPage"), "PriceListPage"),
  }),
] as const;
