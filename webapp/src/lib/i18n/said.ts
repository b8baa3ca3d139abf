/**
 * Words of the server in the person's language. The server answers in English: its vocabulary (account types, rows of
 * reports, roles) is looked up by the English words in `server.json`, a refusal by its code in `problems.json`. What is
 * in neither is shown as the server said it. English has neither file.
 */
import { i18next } from ".";
import { language } from "./languages";

const asIs = { keySeparator: false, nsSeparator: false } as const;
const loose = i18next.t as (key: string, options: object) => string;

/** "Total 1000 Cash", "1 to 30 days": what changes in it is put into the translated words. */
const PATTERNS: readonly [RegExp, string][] = [
  [/^Total (?<name>.+)$/, "Total {{name}}"],
  [/^(?<a>\d+) to (?<b>\d+) days$/, "{{a}} to {{b}} days"],
  [/^Over (?<a>\d+) days$/, "Over {{a}} days"],
];

export function said(words: string): string {
  if (language === "en" || !words) return words;
  const known = loose(words, { ...asIs, ns: "server", defaultValue: "" });
  if (known) return known;
  for (const [pattern, key] of PATTERNS) {
    const parts = pattern.exec(words)?.groups;
    if (parts) return loose(key, { ...asIs, ns: "server", defaultValue: words, ...parts });
  }
  return words;
}

/** The sentence for a refusal's code; where the server named amounts or dates, what it said stands behind it. */
export function refusal(code: string, detail: string): string {
  if (language === "en") return detail;
  const sentence = loose(code, { ...asIs, ns: "problems", defaultValue: "" });
  if (!sentence) return detail;
  return /\d/.test(detail) ? `${sentence} (${detail})` : sentence;
}
