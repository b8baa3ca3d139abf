import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { date, type Search, text, yes } from "@/lib/search";
import { urls } from "@/lib/urls";

import { shell, strings } from "@/app/frame";

export const reportPages = [
  createRoute({ getParentRoute: () => shell, path: urls.home, loader: strings("dashboard"), component: lazyRouteComponent(() => import("@/features/home/HomePage"), "HomePage") }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.trialBalance,
    validateSearch: (search: Search): { date?: string; date_from?: string; zero_rows?: boolean } => ({
      date: date(search.date),
      date_from: date(search.date_from),
      zero_rows: yes(search.zero_rows),
    }),
    component: lazyRouteComponent(() => import("@/features/reports/TrialBalancePage"), "TrialBalancePage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.reports,
    loader: strings("reports"),
    component: lazyRouteComponent(() => import("@/features/reports/ReportsPage"), "ReportsPage"),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.report,
    validateSearch: (search: Search): Record<string, string | undefined> => Object.fromEntries(Object.entries(search).map(([name, value]) => [name, text(value)])),
    loader: strings("reports"),
    component: lazyRouteComponent(() => import("@/features/reports/ReportPage"), "ReportPage"),
  }),
] as const;
