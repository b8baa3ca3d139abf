/** Words of reports that the server puts together from a part and a name or a number. */
import type { TFunction } from "i18next";

import { language } from "@/lib/i18n/languages";
import { said } from "@/lib/i18n/said";

type T = TFunction<"reports">;

const PATTERNS: readonly [RegExp, (t: T, ...found: string[]) => string][] = [
  [/^Branch (\d+)$/, (t, id) => t("words.branch", { id })],
  [/^(\D+) (\S*\d\S*)$/, (t, kind = "", number) => t("words.document", { kind: said(kind), number })],
];

/** A title or label of a report in the person's language; names that people gave stay as they are. */
export function reportWords(text: string, t: T): string {
  if (language === "en") return text;
  const known = said(text);
  if (known !== text) return known;
  for (const [pattern, say] of PATTERNS) {
    const found = pattern.exec(text);
    if (found) return say(t, ...found.slice(1));
  }
  return text;
}
