import { afterEach, beforeEach, expect, it, vi } from "vitest";

const ALICE = { id: "1", email: "alice@example.com", full_name: "Alice", email_confirmed: true, is_staff: false };

let server: (path: string, body: Record<string, unknown>, request: Request) => Response | Promise<Response>;
let calls: string[];

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
}

const problem = (status: number, code: string) => json({ status, code, title: code, detail: code, errors: [], request_id: "r-1" }, status);

let issued = 0;
const tokens = (organization: unknown = "north") => json({ access: `access-${++issued}`, refresh: null, expires_in: 600, user: ALICE, organization });

/** A page that has just been loaded: modules keep the session, so each test takes fresh ones. */
async function load() {
  vi.resetModules();
  const { session } = await import("./session");
  const { api, answerOf } = await import("./api/client");
  return { session, accounts: () => answerOf(api.GET("/api/accounts")) };
}

beforeEach(() => {
  issued = 0;
  calls = [];
  localStorage.setItem("ledger.logged-in", "yes");
  vi.stubGlobal("BroadcastChannel", undefined);
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = new URL(request.url).pathname;
    calls.push(path);
    const text = await request.clone().text();
    return server(path, text ? (JSON.parse(text) as Record<string, unknown>) : {}, request);
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
  sessionStorage.clear();
});

const bearer = (request: Request) => request.headers.get("Authorization");

it("asks for no token where nobody has logged in before", async () => {
  localStorage.clear();
  const { session } = await load();
  await session.start();
  expect(session.get()).toEqual({ phase: "anonymous" });
  expect(calls).toEqual([]);
});

it("takes up the log-in from before, for the organization of this tab", async () => {
  sessionStorage.setItem("ledger.organization", "north");
  const bodies: unknown[] = [];
  server = (_path, body) => {
    bodies.push(body);
    return tokens();
  };
  const { session } = await load();
  await session.start();
  expect(session.get()).toEqual({ phase: "active", user: ALICE, organization: "north" });
  expect(bodies).toEqual([{ cookie: true, organization: "north" }]);
});

it("goes on without an organization that the person was removed from", async () => {
  sessionStorage.setItem("ledger.organization", "gone");
  server = (_path, body) => (body.organization === "gone" ? problem(404, "organization_not_found") : tokens(null));
  const { session } = await load();
  await session.start();
  expect(session.get()).toMatchObject({ phase: "active", organization: null });
  expect(sessionStorage.getItem("ledger.organization")).toBeNull();
});

it("renews an expired token once for all the requests that met it, and repeats each", async () => {
  server = (path, _body, request) => {
    if (path.endsWith("/refresh")) return tokens();
    return bearer(request) === "Bearer access-1" ? problem(401, "token_expired") : json([{ code: "1000" }]);
  };
  const { session, accounts } = await load();
  await session.start();
  expect(await Promise.all([accounts(), accounts(), accounts()])).toEqual([[{ code: "1000" }], [{ code: "1000" }], [{ code: "1000" }]]);
  expect(calls.filter((path) => path.endsWith("/refresh"))).toHaveLength(2); // one at the start, one for all three
});

it("never uses a refresh token twice at once, also when two parts of the page ask", async () => {
  let open = 0;
  let most = 0;
  server = async () => {
    most = Math.max(most, ++open);
    await new Promise((resolve) => setTimeout(resolve, 5));
    open--;
    return tokens();
  };
  const { session } = await load();
  await session.start();
  await Promise.all([session.switchTo("south"), session.renew("access-1"), session.switchTo("north")]);
  expect(most).toBe(1);
});

it("waits for the person when the log-in has ended, and then sends what they were about to send", async () => {
  let ended = false;
  server = (path, body, request) => {
    if (path.endsWith("/login")) return body.password === "right" ? tokens() : problem(401, "invalid_credentials");
    if (path.endsWith("/refresh")) return ended ? problem(401, "session_revoked") : tokens();
    return bearer(request) === "Bearer access-1" ? problem(401, "session_revoked") : json([{ code: "1000" }]);
  };
  const { session, accounts } = await load();
  await session.start();
  ended = true;
  const answer = accounts();
  await vi.waitFor(() => expect(session.get()).toEqual({ phase: "expired", user: ALICE, organization: "north" }));
  await expect(session.logIn(ALICE.email, "wrong")).rejects.toMatchObject({ code: "invalid_credentials" });
  expect(session.get().phase).toBe("expired");
  await session.logIn(ALICE.email, "right");
  expect(await answer).toEqual([{ code: "1000" }]);
});

it("does not log anybody out because the network is down", async () => {
  let isDown = false;
  server = (path, _body, request) => {
    if (isDown) throw new TypeError("Failed to fetch");
    if (path.endsWith("/refresh")) return tokens();
    isDown = true;
    return bearer(request) === "Bearer access-1" ? problem(401, "token_expired") : json([]);
  };
  const { session, accounts } = await load();
  await session.start();
  await expect(accounts()).rejects.toMatchObject({ code: "network", isNetwork: true, mayPass: true });
  expect(session.get().phase).toBe("active");
});

it("does not take a wrong password for an expired token", async () => {
  server = (path) => (path.endsWith("/refresh") ? tokens() : problem(401, "invalid_credentials"));
  const { session } = await load();
  const { changePassword } = await import("./api/people");
  await session.start();
  await expect(changePassword({ current_password: "x", new_password: "y" })).rejects.toMatchObject({ code: "invalid_credentials", requestId: "r-1" });
  expect(calls.filter((path) => path.endsWith("/refresh"))).toHaveLength(1);
});

it("forgets everything when logging out", async () => {
  server = (path) => (path.endsWith("/logout") ? new Response(null, { status: 204 }) : tokens());
  const { session } = await load();
  await session.start();
  await session.logOut();
  expect(session.get()).toEqual({ phase: "anonymous" });
  expect(await session.token()).toBeNull();
  expect(sessionStorage.length + localStorage.length).toBe(0);
});
