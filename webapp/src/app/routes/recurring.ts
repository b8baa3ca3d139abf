import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { shell, strings } from "@/app/frame";
import { listSearch } from "@/lib/search";
import { urls } from "@/lib/urls";

export const recurringPages = [
  createRoute({
    getParentRoute: () => shell,
    path: urls.recurring,
    validateSearch: listSearch("state"),
    loader: strings("recurring", "documents"),
    component: lazyRouteComponent(() => import("@/features/recurring/RecurringPage"), "RecurringPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.newRecurring,
    loader: strings("recurring", "documents"),
    component: lazyRouteComponent(() => import("@/features/recurring/NewRecurringPage"), "NewRecurringPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.recurringTemplate,
    loader: strings("recurring", "documents"),
    component: lazyRouteComponent(() => import("@/features/recurring/RecurringTemplatePage"), "RecurringTemplatePage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.editRecurring,
    loader: strings("recurring", "documents"),
    component: lazyRouteComponent(() => import("@/features/recurring/EditRecurringPage"), "EditRecurringPage"),
  }),
] as const;
