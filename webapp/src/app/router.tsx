/** Every page with its address. Each page is its own chunk: the first load brings the shell and one page. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, parseSearchWith, stringifySearchWith } from "@tanstack/react-router";

import type { JournalStatus } from "@/lib/api/types";
import { isDate } from "@/lib/locale";
import { urls } from "@/lib/urls";

import { NotFoundPage } from "./NotFoundPage";
import { PageFault } from "./PageFault";
import { Shell } from "./Shell";
import { SignedIn } from "./SignedIn";

type Search = Record<string, unknown>;
const text = (value: unknown) => (typeof value === "string" ? value : undefined);
const token = (search: Search) => ({ token: text(search.token) ?? "" });
const email = (search: Search): { email?: string } => ({ email: text(search.email) });
const next = (search: Search): { next?: string; email?: string } => ({ next: text(search.next), email: text(search.email) });
const page = (value: unknown) => (Number.isInteger(Number(value)) && Number(value) > 1 ? Number(value) : undefined);
const STATUSES: readonly unknown[] = ["draft", "published", "void"] satisfies JournalStatus[];

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage });

const publicPages = [
  createRoute({ getParentRoute: () => root, path: urls.logIn, validateSearch: next, component: lazyRouteComponent(() => import("@/features/people/LogInPage"), "LogInPage") }),
  createRoute({ getParentRoute: () => root, path: urls.signUp, validateSearch: next, component: lazyRouteComponent(() => import("@/features/people/SignUpPage"), "SignUpPage") }),
  createRoute({ getParentRoute: () => root, path: urls.checkMail, validateSearch: email, component: lazyRouteComponent(() => import("@/features/people/CheckMailPage"), "CheckMailPage") }),
  createRoute({ getParentRoute: () => root, path: urls.confirmEmail, validateSearch: token, component: lazyRouteComponent(() => import("@/features/people/ConfirmEmailPage"), "ConfirmEmailPage") }),
  createRoute({ getParentRoute: () => root, path: urls.forgotPassword, validateSearch: email, component: lazyRouteComponent(() => import("@/features/people/ForgotPasswordPage"), "ForgotPasswordPage") }),
  createRoute({ getParentRoute: () => root, path: urls.resetPassword, validateSearch: token, component: lazyRouteComponent(() => import("@/features/people/ResetPasswordPage"), "ResetPasswordPage") }),
  createRoute({ getParentRoute: () => root, path: urls.invitation, validateSearch: token, component: lazyRouteComponent(() => import("@/features/members/InvitationPage"), "InvitationPage") }),
] as const;

const signedIn = createRoute({ getParentRoute: () => root, id: "signed-in", component: SignedIn });

const personalPages = [
  createRoute({ getParentRoute: () => signedIn, path: urls.setUp, component: lazyRouteComponent(() => import("@/features/organizations/SetUpPage"), "SetUpPage") }),
  createRoute({ getParentRoute: () => signedIn, path: urls.setUpProgress, component: lazyRouteComponent(() => import("@/features/organizations/SetUpProgressPage"), "SetUpProgressPage") }),
  createRoute({ getParentRoute: () => signedIn, path: urls.organizations, component: lazyRouteComponent(() => import("@/features/organizations/OrganizationsPage"), "OrganizationsPage") }),
] as const;

const shell = createRoute({ getParentRoute: () => signedIn, id: "shell", component: Shell });

const organizationPages = [
  createRoute({ getParentRoute: () => shell, path: urls.home, component: lazyRouteComponent(() => import("@/features/home/HomePage"), "HomePage") }),
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
    validateSearch: (search: Search): { status?: JournalStatus; search?: string; page?: number } => ({
      status: STATUSES.includes(search.status) ? (search.status as JournalStatus) : undefined,
      search: text(search.search),
      page: page(search.page),
    }),
    component: lazyRouteComponent(() => import("@/features/journals/JournalsPage"), "JournalsPage"),
  }),
  createRoute({ getParentRoute: () => shell, path: urls.newJournal, validateSearch: (search: Search): { copy?: string } => ({ copy: text(search.copy) }), component: lazyRouteComponent(() => import("@/features/journals/NewJournalPage"), "NewJournalPage") }),
  createRoute({ getParentRoute: () => shell, path: urls.journal, component: lazyRouteComponent(() => import("@/features/journals/JournalPage"), "JournalPage") }),
  createRoute({ getParentRoute: () => shell, path: urls.editJournal, component: lazyRouteComponent(() => import("@/features/journals/EditJournalPage"), "EditJournalPage") }),
  createRoute({
    getParentRoute: () => shell,
    path: urls.trialBalance,
    validateSearch: (search: Search): { date?: string; date_from?: string; zero_rows?: boolean } => ({
      date: isDate(search.date) ? search.date : undefined,
      date_from: isDate(search.date_from) ? search.date_from : undefined,
      zero_rows: String(search.zero_rows) === "true" ? true : undefined,
    }),
    component: lazyRouteComponent(() => import("@/features/reports/TrialBalancePage"), "TrialBalancePage"),
  }),
  createRoute({ getParentRoute: () => shell, path: urls.members, component: lazyRouteComponent(() => import("@/features/members/MembersPage"), "MembersPage") }),
  createRoute({ getParentRoute: () => shell, path: urls.apiKeys, component: lazyRouteComponent(() => import("@/features/api-keys/ApiKeysPage"), "ApiKeysPage") }),
  createRoute({ getParentRoute: () => shell, path: urls.settings, component: lazyRouteComponent(() => import("@/features/settings/SettingsPage"), "SettingsPage") }),
] as const;

export const router = createRouter({
  routeTree: root.addChildren([...publicPages, signedIn.addChildren([...personalPages, shell.addChildren(organizationPages)])]),
  // Plain values: the router's own notation would read a token of digits as a number.
  parseSearch: parseSearchWith((value) => value),
  stringifySearch: stringifySearchWith(String),
  defaultPreload: "intent",
  defaultErrorComponent: PageFault,
  defaultNotFoundComponent: NotFoundPage,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
