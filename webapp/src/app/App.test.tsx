import { act, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

const ALICE = { id: "1", email: "alice@example.com", full_name: "Alice Archer", email_confirmed: true, is_staff: false };
const NORTH = { id: "north", name: "North", role: "owner", abilities: [], state: "ready", base_currency: "USD", set_up_job: "job-1", problem: "" };
const READY = { id: "job-1", state: "succeeded", progress: { done: 1, total: 1, percent: 100, message: "" } };

function json(body: unknown): Response {
  return new Response(JSON.stringify(body), { status: 200, headers: { "Content-Type": "application/json" } });
}

/** Exchanges of the refresh token: the organization each asked for, and how to let the answer through. */
let exchanges: { organization: string | undefined; answer: () => void }[];

async function serve(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname;
  if (path === "/api/auth/refresh") {
    const { organization } = (await request.json()) as { organization?: string };
    const tokens = { access: `access-${exchanges.length}`, refresh: null, expires_in: 600, user: ALICE, organization: organization ?? null };
    return new Promise((resolve) => exchanges.push({ organization, answer: () => resolve(json(tokens)) }));
  }
  if (path === "/api/organizations") return json([NORTH]);
  if (path.startsWith("/api/jobs/")) return json(READY);
  return json([]);
}

/** The app as the browser loads it at an address; modules keep the session and the router, so each test takes fresh ones. */
async function open(address: string) {
  window.history.replaceState(null, "", address);
  vi.resetModules();
  await (await import("@/lib/i18n")).ready;
  const [{ App }, { router }] = [await import("./App"), await import("./router")];
  render(<App />);
  return router;
}

const answered = (index: number) =>
  waitFor(() => {
    expect(exchanges.length).toBeGreaterThan(index);
    exchanges[index]?.answer();
  });

const aMoment = () => act(() => new Promise((resolve) => setTimeout(resolve, 300)));

beforeEach(() => {
  exchanges = [];
  localStorage.setItem("ledger.logged-in", "yes");
  vi.stubGlobal("BroadcastChannel", undefined);
  vi.stubGlobal("scrollTo", () => undefined);
  vi.stubGlobal("fetch", serve);
});

afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
  sessionStorage.clear();
});

it("enters an organization that is ready exactly once, and leaves the person alone afterwards", async () => {
  const router = await open("/set-up/north");
  await answered(0); // the log-in from before, bound to no organization
  await answered(1); // binds this tab, which begins with a new memory and mounts every page again
  expect(await screen.findByRole("heading", { name: "Hello, Alice" })).toBeTruthy();
  await act(() => router.navigate({ to: "/organizations" }));
  exchanges.slice(2).forEach(({ answer }) => answer());
  await aMoment();
  expect(router.state.location.pathname).toBe("/organizations");
  expect(exchanges.map(({ organization }) => organization)).toEqual([undefined, "north"]);
});

it("takes nobody home who has gone elsewhere while the tab was being bound", async () => {
  const router = await open("/set-up/north");
  await answered(0);
  await waitFor(() => expect(exchanges).toHaveLength(2));
  await act(() => router.navigate({ to: "/organizations" }));
  await answered(1);
  await aMoment();
  expect(router.state.location.pathname).toBe("/organizations");
});
