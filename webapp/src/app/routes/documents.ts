import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { shell, strings } from "@/app/frame";
import { listSearch, type Search, text } from "@/lib/search";
import { urls } from "@/lib/urls";

export const documentsPages = [
  createRoute({
    getParentRoute: () => shell,
    path: urls.documents,
    validateSearch: listSearch("state", "is_open", "contact", "date_from", "date_to", "due_from", "due_to", "total_from", "total_to", "currency"),
    loader: strings("documents"),
    component: lazyRouteComponent(() => import("@/features/documents/DocumentsPage"), "DocumentsPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.newDocument,
    validateSearch: (search: Search): { contact?: string; copy?: string; from?: string } => ({ contact: text(search.contact), copy: text(search.copy), from: text(search.from) }),
    loader: strings("documents"),
    component: lazyRouteComponent(() => import("@/features/documents/NewDocumentPage"), "NewDocumentPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.document,
    loader: strings("documents"),
    component: lazyRouteComponent(() => import("@/features/documents/DocumentPage"), "DocumentPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.editDocument,
    loader: strings("documents"),
    component: lazyRouteComponent(() => import("@/features/documents/EditDocumentPage"), "EditDocumentPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.unbilledExpenses,
    validateSearch: listSearch("customer", "date_from", "date_to"),
    loader: strings("documents"),
    component: lazyRouteComponent(() => import("@/features/documents/UnbilledExpensesPage"), "UnbilledExpensesPage"),
  }),
] as const;
