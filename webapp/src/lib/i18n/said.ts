/**
 * Words of the server in the person's language. The server answers in English: its vocabulary (account types, rows of
 * reports, roles) is looked up by the English words in `server.json`, a refusal by its code in `problems.json`. What is
 * in neither is shown as the server said it. English has neither file.
 */
import { i18next } from ".";
import { language } from "./languages";

const asIs = { keySeparator: false, nsSeparator: false } as const;
const loose = i18next.t as (key: string, options: object) => string;

export function said(words: string): string {
  return language === "en" || !words ? words : loose(words, { ...asIs, ns: "server", defaultValue: words });
}

/** The sentence for a refusal's code; its particulars are only in what the server said. */
export function refusal(code: string, detail: string): string {
  return language === "en" ? detail : loose(code, { ...asIs, ns: "problems", defaultValue: detail });
}
