import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { shell, strings } from "@/app/frame";
import { listSearch, type Search, text } from "@/lib/search";
import { urls } from "@/lib/urls";

export const paymentsPages = [
  createRoute({
    getParentRoute: () => shell,
    path: urls.payments,
    validateSearch: listSearch("status", "contact", "date_from", "date_to", "account"),
    loader: strings("payments"),
    component: lazyRouteComponent(() => import("@/features/payments/PaymentsPage"), "PaymentsPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.newPayment,
    validateSearch: (search: Search): { contact?: string; document?: string } => ({ contact: text(search.contact), document: text(search.document) }),
    loader: strings("payments"),
    component: lazyRouteComponent(() => import("@/features/payments/NewPaymentPage"), "NewPaymentPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.payment,
    loader: strings("payments"),
    component: lazyRouteComponent(() => import("@/features/payments/PaymentPage"), "PaymentPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.editPayment,
    loader: strings("payments"),
    component: lazyRouteComponent(() => import("@/features/payments/EditPaymentPage"), "EditPaymentPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.payBills,
    loader: strings("payments"),
    component: lazyRouteComponent(() => import("@/features/payments/PayBillsPage"), "PayBillsPage"),
  }),
] as const;
