import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { type Search, text } from "@/lib/search";
import { urls } from "@/lib/urls";

import { root } from "@/app/frame";

const token = (search: Search) => ({ token: text(search.token) ?? "" });
const email = (search: Search): { email?: string } => ({ email: text(search.email) });
const next = (search: Search): { next?: string; email?: string } => ({ next: text(search.next), email: text(search.email) });

export const peoplePages = [
  createRoute({ getParentRoute: () => root, path: urls.logIn, validateSearch: next, component: lazyRouteComponent(() => import("@/features/people/LogInPage"), "LogInPage") }),
  createRoute({ getParentRoute: () => root, path: urls.signUp, validateSearch: next, component: lazyRouteComponent(() => import("@/features/people/SignUpPage"), "SignUpPage") }),
  createRoute({ getParentRoute: () => root, path: urls.checkMail, validateSearch: email, component: lazyRouteComponent(() => import("@/features/people/CheckMailPage"), "CheckMailPage") }),
  createRoute({ getParentRoute: () => root, path: urls.confirmEmail, validateSearch: token, component: lazyRouteComponent(() => import("@/features/people/ConfirmEmailPage"), "ConfirmEmailPage") }),
  createRoute({ getParentRoute: () => root, path: urls.forgotPassword, validateSearch: email, component: lazyRouteComponent(() => import("@/features/people/ForgotPasswordPage"), "ForgotPasswordPage") }),
  createRoute({ getParentRoute: () => root, path: urls.resetPassword, validateSearch: token, component: lazyRouteComponent(() => import("@/features/people/ResetPasswordPage"), "ResetPasswordPage") }),
  createRoute({ getParentRoute: () => root, path: urls.invitation, validateSearch: token, component: lazyRouteComponent(() => import("@/features/members/InvitationPage"), "InvitationPage") }),
] as const;
