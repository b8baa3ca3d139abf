import { noteAnswer } from "@/lib/connection";

import { noAnswer, problemFrom } from "./problem";
import type { Complete } from "./types";

const PATIENCE_MS = 30_000;
/** Whole files are read and posted before the answer comes. */
const LONG_PATIENCE_MS = 600_000;
const LONG_WORK = /^\/api\/imports$|\/bulk-issue$/;

const patienceFor = (request: Request) => (LONG_WORK.test(new URL(request.url).pathname) ? LONG_PATIENCE_MS : PATIENCE_MS);

/** `fetch` whose only failure is a problem: no answer within 30 seconds (long work: ten minutes) is one, too. */
export async function transmit(request: Request): Promise<Response> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), patienceFor(request));
  const leave = () => patience.abort();
  request.signal.addEventListener("abort", leave);
  try {
    const response = await fetch(request, { signal: patience.signal });
    noteAnswer(true);
    return response;
  } catch (error) {
    if (request.signal.aborted) throw error; // the caller went away on purpose
    noteAnswer(false);
    throw noAnswer();
  } finally {
    clearTimeout(timer);
    request.signal.removeEventListener("abort", leave);
  }
}

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The body of a good answer; anything else is thrown as a problem. */
export async function answerOf<Data>(call: Promise<Answer<Data>>): Promise<Complete<Data>> {
  const { data, error, response } = await call;
  if (!response.ok) throw problemFrom(response, error);
  return data as Complete<Data>;
}

/** The same, with the tag of the state it shows: sent back as `If-Match`, a change by somebody else meanwhile is refused and not overwritten. */
export async function taggedAnswerOf<Data>(call: Promise<Answer<Data>>): Promise<Complete<Data> & Tagged> {
  let tag = "";
  const answer = await answerOf(
    call.then((whole) => {
      tag = whole.response.headers.get("ETag") ?? "";
      return whole;
    }),
  );
  return { ...answer, tag };
}

export interface Tagged {
  tag: string;
}

/** Only if nobody changed it since; without a tag, whatever happened to it. */
export const ifMatch = (tag: string | undefined): { "If-Match"?: string } => (tag ? { "If-Match": tag } : {});
