import { expect, it, vi } from "vitest";

import { once } from "./once";

const post = (body: object, path = "/api/invoices") => new Request(`http://ledger.test${path}`, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });

function server(...answers: (number | "none")[]) {
  const keys: (string | null)[] = [];
  const send = vi.fn((request: Request) => {
    keys.push(request.headers.get("Idempotency-Key"));
    const answer = answers.shift() ?? 201;
    if (answer === "none") return Promise.reject(new Error("no answer"));
    return Promise.resolve(new Response("{}", { status: answer }));
  });
  return { keys, send };
}

it("sends the same content under the same key until an answer came", async () => {
  const { keys, send } = server("none", 504, 201, 201);
  await expect(once(post({ total: "1" }), send)).rejects.toThrow("no answer");
  for (let time = 0; time < 3; time++) await once(post({ total: "1" }), send);
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(keys.slice(0, 3)).toEqual([keys[0], keys[0], keys[0]]);
  expect(keys[3]).not.toBe(keys[0]); // the person wants a second one
});

it("takes another key for other content, and for what was refused", async () => {
  const { keys, send } = server("none", 400, 201);
  await expect(once(post({ total: "2" }), send)).rejects.toThrow();
  await once(post({ total: "3" }), send);
  await once(post({ total: "3" }), send);
  expect(new Set(keys).size).toBe(3);
});

it("keeps keys away from rehearsals, logging in and reading", async () => {
  const { keys, send } = server();
  await once(post({}, "/api/imports?dry_run=true"), send);
  await once(post({}, "/api/auth/login"), send);
  await once(new Request("http://ledger.test/api/invoices"), send);
  expect(keys).toEqual([null, null, null]);
});
