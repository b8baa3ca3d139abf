import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { urls } from "@/lib/urls";

import { shell, signedIn, strings } from "@/app/frame";

/** Before an organization is entered. */
export const personalPages = [
  createRoute({ getParentRoute: () => signedIn, path: urls.setUp, component: lazyRouteComponent(() => import("@/features/organizations/SetUpPage"), "SetUpPage") }),
  createRoute({ getParentRoute: () => signedIn, path: urls.setUpProgress, component: lazyRouteComponent(() => import("@/features/organizations/SetUpProgressPage"), "SetUpProgressPage") }),
  createRoute({ getParentRoute: () => signedIn, path: urls.organizations, component: lazyRouteComponent(() => import("@/features/organizations/OrganizationsPage"), "OrganizationsPage") }),
] as const;

export const organizationPages = [
  createRoute({ getParentRoute: () => shell, path: urls.members, component: lazyRouteComponent(() => import("@/features/members/MembersPage"), "MembersPage") }),
  createRoute({ getParentRoute: () => shell, path: urls.apiKeys, component: lazyRouteComponent(() => import("@/features/api-keys/ApiKeysPage"), "ApiKeysPage") }),
  createRoute({ getParentRoute: () => shell, path: urls.settings, loader: strings("settings"), component: lazyRouteComponent(() => import("@/features/settings/SettingsPage"), "SettingsPage") }),
] as const;
