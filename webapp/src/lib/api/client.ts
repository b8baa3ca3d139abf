/** The one API client. Its types are generated from the server's OpenAPI description (`npm run api`). */
import createClient from "openapi-fetch";

import { session } from "@/lib/session";

import { once } from "./once";
import type { paths } from "./schema";
import { transmit } from "./transport";

export { answerOf, ifMatch, type Tagged, taggedAnswerOf } from "./transport";

/** Sends with the access token. One that ran out is renewed once and the request repeated: the user notices nothing. */
async function send(request: Request): Promise<Response> {
  const again = request.clone(); // a body can be read only once
  const token = await session.token();
  const response = await transmit(withToken(request, token));
  if (response.status !== 401 || !(await isAboutToken(response))) return response;
  return transmit(withToken(again, await session.renew(token)));
}

function withToken(request: Request, token: string | null): Request {
  if (token) request.headers.set("Authorization", `Bearer ${token}`);
  return request;
}

/** A wrong password is 401 as well, and no new token helps against it. */
async function isAboutToken(response: Response): Promise<boolean> {
  const body = (await response.clone().json().catch(() => null)) as { code?: string } | null;
  return body?.code !== "invalid_credentials";
}

export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: (request) => once(request, send) });
