import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { shell, strings } from "@/app/frame";
import { date, listSearch, oneOf, page, type Search, text, yes } from "@/lib/search";
import { urls } from "@/lib/urls";

export const settingsPages = [
  createRoute({
    getParentRoute: () => shell,
    path: urls.taxReturns,
    validateSearch: listSearch("status"),
    loader: strings("taxes"),
    component: lazyRouteComponent(() => import("@/features/taxes/TaxReturnsPage"), "TaxReturnsPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.taxReturn,
    validateSearch: (search: Search): { rate?: string; percent?: string; side?: "sales" | "purchases"; late?: true; page?: number } => ({
      rate: text(search.rate),
      percent: text(search.percent),
      side: oneOf(["sales", "purchases"] as const)(search.side),
      late: yes(search.late),
      page: page(search.page),
    }),
    loader: strings("taxes"),
    component: lazyRouteComponent(() => import("@/features/taxes/TaxReturnPage"), "TaxReturnPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.taxRates,
    loader: strings("taxes"),
    component: lazyRouteComponent(() => import("@/features/taxes/TaxRatesPage"), "TaxRatesPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.taxRate,
    loader: strings("taxes"),
    component: lazyRouteComponent(() => import("@/features/taxes/TaxRatePage"), "TaxRatePage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.currencies,
    validateSearch: (search: Search): { currency?: string; date_from?: string; date_to?: string; page?: number } => ({
      currency: text(search.currency),
      date_from: date(search.date_from),
      date_to: date(search.date_to),
      page: page(search.page),
    }),
    loader: strings("books"),
    component: lazyRouteComponent(() => import("@/features/currencies/CurrenciesPage"), "CurrenciesPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.numbering,
    loader: strings("settings"),
    component: lazyRouteComponent(() => import("@/features/settings/NumberingPage"), "NumberingPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.paymentTerms,
    loader: strings("settings"),
    component: lazyRouteComponent(() => import("@/features/settings/PaymentTermsPage"), "PaymentTermsPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.units,
    loader: strings("settings"),
    component: lazyRouteComponent(() => import("@/features/settings/UnitsPage"), "UnitsPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.activity,
    validateSearch: listSearch("trail", "subject", "id", "user", "verb", "at_from", "at_to"),
    loader: strings("data"),
    component: lazyRouteComponent(() => import("@/features/activity/ActivityPage"), "ActivityPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.importsExports,
    loader: strings("data"),
    component: lazyRouteComponent(() => import("@/features/data/ImportsExportsPage"), "ImportsExportsPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.jobs,
    loader: strings("data"),
    component: lazyRouteComponent(() => import("@/features/data/JobsPage"), "JobsPage"),
  }),
] as const;
