/** What every page hangs on: open to all, open to people who have logged in, and inside the frame of an organization. */
import { createRootRoute, createRoute, Outlet } from "@tanstack/react-router";
import type { CustomTypeOptions } from "i18next";

import { i18next } from "@/lib/i18n";

import { NotFoundPage } from "./NotFoundPage";
import { Shell } from "./Shell";
import { SignedIn } from "./SignedIn";

export const root = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage });
export const signedIn = createRoute({ getParentRoute: () => root, id: "signed-in", component: SignedIn });
export const shell = createRoute({ getParentRoute: () => signedIn, id: "shell", component: Shell });

/** A page's texts, loaded beside its code: `loader: strings("documents")`. */
export const strings = (...namespaces: (keyof CustomTypeOptions["resources"])[]) => () => i18next.loadNamespaces(namespaces);
