/**
 * A write that got no answer may have been done all the same. Every POST carries an Idempotency-Key; when the same one
 * is sent again after no answer (the person presses the button once more), it carries the same key, and the server
 * answers as the first time instead of doing it twice. Once answered, the same content is a new write.
 */
const KEPT_MS = 15 * 60_000;
const HEADER = "Idempotency-Key";

const unanswered = new Map<string, { key: string; until: number }>();

/** Not `crypto.randomUUID`: that is missing where the app is served without TLS. */
const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

function takesKey(request: Request): boolean {
  const { pathname, searchParams } = new URL(request.url);
  const isForm = request.headers.get("Content-Type")?.startsWith("multipart/") ?? false; // its text differs each time
  return request.method === "POST" && !isForm && !pathname.startsWith("/api/auth/") && !searchParams.has("dry_run");
}

/** A server's fault or a proxy that waited too long does not tell whether it was done, nor does a duplicate at work. */
const tells = (status: number) => status < 500 && status !== 409 && status !== 429;

/** Sends a request under its key. */
export async function once(request: Request, send: (request: Request) => Promise<Response>): Promise<Response> {
  if (!takesKey(request)) return send(request);
  const content = `${request.url}\n${await request.clone().text()}`;
  const now = Date.now();
  for (const [other, { until }] of unanswered) if (until < now) unanswered.delete(other);
  const { key } = unanswered.get(content) ?? { key: newKey() };
  unanswered.set(content, { key, until: now + KEPT_MS });
  request.headers.set(HEADER, key);
  const response = await send(request);
  if (tells(response.status)) unanswered.delete(content);
  return response;
}
