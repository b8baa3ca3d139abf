/**
 * Who is logged in, in this tab. The access token lives in memory only; the refresh token is a cookie scripts cannot read.
 *
 * A refresh token is good once, and using one twice ends the whole log-in. So every exchange holds a lock that all
 * tabs share, and runs to its end even when the page is left (`keepalive`).
 *
 * A tab keeps to its organization: it names it in every exchange, so that switching in another tab changes nothing here.
 */
import createClient from "openapi-fetch";
import { useSyncExternalStore } from "react";

import { ApiProblem } from "./api/problem";
import type { paths } from "./api/schema";
import { answerOf, transmit } from "./api/transport";
import type { Tokens, User } from "./api/types";

export type Session =
  | { phase: "starting" }
  | { phase: "anonymous" }
  | { phase: "active"; user: User; organization: string | null }
  /** The log-in ended while somebody works: the page stays, a dialog asks for the password. */
  | { phase: "expired"; user: User; organization: string | null };

const LOCK = "ledger-session";
const TAB_ORGANIZATION = "ledger.organization";
/** Says that a log-in may exist; scripts cannot see the cookie itself. Spares newcomers a refused request. */
const LOGGED_IN = "ledger.logged-in";

const publicApi = createClient<paths>({ baseUrl: window.location.origin, fetch: transmit });

let current: Session = { phase: "starting" };
let accessToken: string | null = null;
let renewal: Promise<string> | null = null;
const listeners = new Set<() => void>();
const otherTabs = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(LOCK);

function become(next: Session): void {
  current = next;
  if (next.phase !== "active") accessToken = null;
  listeners.forEach((listener) => listener());
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function until(condition: (session: Session) => boolean): Promise<Session> {
  return new Promise((resolve) => {
    const check = () => {
      if (!condition(current)) return;
      listeners.delete(check);
      resolve(current);
    };
    listeners.add(check);
    check();
  });
}

function keep(tokens: Tokens): string {
  const before = current;
  accessToken = tokens.access;
  localStorage.setItem(LOGGED_IN, "yes");
  if (tokens.organization) sessionStorage.setItem(TAB_ORGANIZATION, tokens.organization);
  else sessionStorage.removeItem(TAB_ORGANIZATION);
  become({ phase: "active", user: tokens.user, organization: tokens.organization });
  // Somebody else logged in (here, or in another tab, whose cookie we share): nothing of the former person's page may stay.
  if ("user" in before && before.user.id !== tokens.user.id) window.location.assign("/");
  return tokens.access;
}

/** One exchange at a time in all tabs. Without the Locks API (plain http on a LAN) at least in this one. */
let lastExchange: Promise<unknown> = Promise.resolve();
async function alone<Result>(exchange: () => Promise<Result>): Promise<Result> {
  if ("locks" in navigator) return navigator.locks.request(LOCK, exchange) as Promise<Result>;
  const mine = lastExchange.then(exchange, exchange);
  lastExchange = mine.catch(() => undefined);
  return mine;
}

function exchange(organization: string | undefined): Promise<Tokens> {
  return alone(() => answerOf(publicApi.POST("/api/auth/refresh", { body: { cookie: true, organization }, keepalive: true })));
}

const isRefused = (error: unknown) => error instanceof ApiProblem && error.status >= 400 && error.status < 500 && error.status !== 429;

/** Called once when the page loads: is there a log-in from before? Throws only when the server gives no answer. */
async function start(): Promise<void> {
  if (!localStorage.getItem(LOGGED_IN)) {
    become({ phase: "anonymous" });
    return;
  }
  const organization = sessionStorage.getItem(TAB_ORGANIZATION) ?? undefined;
  try {
    keep(await exchange(organization));
  } catch (error) {
    if (!isRefused(error)) throw error;
    const isMembership = organization && (error as ApiProblem).status !== 401;
    if (!isMembership) {
      forget();
      return;
    }
    sessionStorage.removeItem(TAB_ORGANIZATION);
    await start();
  }
}

/** The access token; waits while the page loads or while the log-in dialog is open. */
async function token(): Promise<string | null> {
  await until(({ phase }) => phase === "active" || phase === "anonymous");
  return accessToken;
}

/** A fresh access token in place of `stale`. If the log-in has ended, waits for the person to log in again. */
async function renew(stale: string | null): Promise<string | null> {
  if (accessToken !== stale) return token(); // another request was quicker
  renewal ??= renewNow().finally(() => (renewal = null));
  return renewal.catch((error: unknown) => {
    if (!isRefused(error)) throw error;
    return token();
  });
}

async function renewNow(): Promise<string> {
  if (current.phase !== "active") throw new ApiProblem({ code: "not_authenticated", status: 401 });
  const { user, organization } = current;
  try {
    return keep(await exchange(organization ?? ""));
  } catch (error) {
    if (isRefused(error)) become({ phase: "expired", user, organization });
    throw error;
  }
}

async function logIn(email: string, password: string): Promise<void> {
  const expired = current.phase === "expired" ? current : null;
  const organization = expired?.organization ?? undefined;
  const ask = (where: string | undefined) =>
    alone(() => answerOf(publicApi.POST("/api/auth/login", { body: { email, password, cookie: true, organization: where } })));
  const tokens = await ask(organization).catch((error: unknown) => {
    const isGone = organization && error instanceof ApiProblem && error.status === 404; // no longer a member there
    if (isGone) return ask(undefined);
    throw error;
  });
  keep(tokens);
  otherTabs?.postMessage("logged-in");
}

/** Binds this tab to another organization (or none, `""`). The caller clears what it has cached. */
async function switchTo(organization: string): Promise<void> {
  keep(await exchange(organization));
}

async function logOut(): Promise<void> {
  await alone(() => answerOf(publicApi.POST("/api/auth/logout", { body: {} })));
  forget();
  otherTabs?.postMessage("logged-out");
}

function forget(): void {
  sessionStorage.removeItem(TAB_ORGANIZATION);
  localStorage.removeItem(LOGGED_IN);
  become({ phase: "anonymous" });
}

function rename(full_name: string): void {
  if (current.phase === "active") become({ ...current, user: { ...current.user, full_name } });
}

otherTabs?.addEventListener("message", ({ data }) => {
  if (data === "logged-out" && current.phase !== "starting") forget();
  // Logged in again in another tab: take it up here, the dialog closes by itself.
  if (data === "logged-in" && current.phase === "expired") void start().catch(() => undefined);
});

export const session = { get: () => current, subscribe, start, token, renew, logIn, logOut, forget, switchTo, rename };

export function useSession(): Session {
  return useSyncExternalStore(subscribe, session.get);
}
