import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { type Search, text } from "@/lib/search";
import { urls } from "@/lib/urls";

import { shell, strings } from "@/app/frame";

/** Whatever a report takes; the server says what it does not know. */
const texts = (search: Search): Record<string, string | undefined> => 
  Object.fromEntries(Object.entries(search).flatMap(([name, value]) => (["string", "number", "boolean"].includes(typeof value) ? [[name, text(String(value))]] : [])));

export const reportPages = [
  createRoute({ getParentRoute: () => shell, path: urls.home, loader: strings("dashboard"), component: lazyRouteComponent(() => import("@/features/home/HomePage"), "HomePage") }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.reports,
    loader: strings("reports"),
    component: lazyRouteComponent(() => import("@/features/reports/ReportsPage"), "ReportsPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.report,
    validateSearch: texts,
    loader: strings("reports"),
    component: lazyRouteComponent(() => import("@/features/reports/ReportPage"), "ReportPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.ledgerLines,
    validateSearch: texts,
    loader: strings("reports"),
    component: lazyRouteComponent(() => import("@/features/reports/LinesPage"), "LinesPage"),
  }),
] as const;
