import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { shell, strings } from "@/app/frame";
import { listSearch, type Search, text } from "@/lib/search";
import { urls } from "@/lib/urls";

export const contactsPages = [
  createRoute({
    getParentRoute: () => shell,
    path: urls.customers,
    validateSearch: listSearch("is_active"),
    loader: strings("contacts"),
    component: lazyRouteComponent(() => import("@/features/contacts/CustomersPage"), "CustomersPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.vendors,
    validateSearch: listSearch("is_active"),
    loader: strings("contacts"),
    component: lazyRouteComponent(() => import("@/features/contacts/VendorsPage"), "VendorsPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.contact,
    validateSearch: (search: Search): { tab?: string } => ({ tab: text(search.tab) }),
    loader: strings("contacts"),
    component: lazyRouteComponent(() => import("@/features/contacts/ContactPage"), "ContactPage"),
  }),
] as const;
