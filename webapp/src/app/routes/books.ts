import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { listSearch, oneOf, page, type Search, text } from "@/lib/search";
import { urls } from "@/lib/urls";

import { shell, strings } from "@/app/frame";

export const booksPages = [
  createRoute({
    getParentRoute: () => shell,
    path: urls.accounts,
    validateSearch: (search: Search): { search?: string } => ({ search: text(search.search) }),
    component: lazyRouteComponent(() => import("@/features/accounts/AccountsPage"), "AccountsPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.account,
    validateSearch: (search: Search): { page?: number } => ({ page: page(search.page) }),
    component: lazyRouteComponent(() => import("@/features/accounts/AccountPage"), "AccountPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.journals,
    validateSearch: listSearch("status", "date_from", "date_to"),
    component: lazyRouteComponent(() => import("@/features/journals/JournalsPage"), "JournalsPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.newJournal,
    validateSearch: (search: Search): { copy?: string } => ({ copy: text(search.copy) }),
    component: lazyRouteComponent(() => import("@/features/journals/NewJournalPage"), "NewJournalPage"),
  }),
  createRoute({ getParentRoute: () => shell, path: urls.journal, component: lazyRouteComponent(() => import("@/features/journals/JournalPage"), "JournalPage") }),
  createRoute({ getParentRoute: () => shell, path: urls.editJournal, component: lazyRouteComponent(() => import("@/features/journals/EditJournalPage"), "EditJournalPage") }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.entry,
    loader: strings("reports"),
    component: lazyRouteComponent(() => import("@/features/journals/EntryPage"), "EntryPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.openingBalances,
    validateSearch: (search: Search): { step?: "accounts" | "customers" | "vendors" | "post" } => ({
      step: oneOf(["accounts", "customers", "vendors", "post"] as const)(search.step),
    }),
    loader: strings("books"),
    component: lazyRouteComponent(() => import("@/features/opening/OpeningBalancesPage"), "OpeningBalancesPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.revaluations,
    loader: strings("books"),
    component: lazyRouteComponent(() => import("@/features/revaluation/RevaluationsPage"), "RevaluationsPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.closing,
    loader: strings("books"),
    component: lazyRouteComponent(() => import("@/features/closing/ClosingPage"), "ClosingPage"),
  }),
] as const;
