/** Every language says everything English says, with the same names in braces and every plural form it has. */
import { expect, it } from "vitest";

import { LANGUAGES } from "./languages";

type Texts = { [key: string]: string | Texts };
const files = import.meta.glob<Texts>("./*/*.json", { import: "default", eager: true });
const OF_THE_SERVER = ["server", "problems"]; // words that are looked up; there is no English file of them
const PLURAL = /_(zero|one|two|few|many|other)$/;

function flat(texts: Texts, before = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === "string") found.set(before + key, value);
    else for (const [inner, text] of flat(value, `${before}${key}.`)) found.set(inner, text);
  }
  return found;
}

function namespacesOf(language: string): Map<string, Map<string, string>> {
  const own = Object.entries(files).filter(([path]) => path.startsWith(`./${language}/`));
  return new Map(own.map(([path, texts]) => [path.split("/")[2]?.replace(".json", "") ?? "", flat(texts)]));
}

const namesIn = (text: string) => [...text.matchAll(/\{\{\s*(\w+)[^}]*\}\}|<\/?(\w+)>/g)].map(([whole, name, tag]) => name ?? tag ?? whole).sort();

/** What English asks of another language: plain keys as they are, plurals in all forms that language has. */
function wanted(english: Map<string, string>, language: string): Map<string, string> {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const found = new Map<string, string>();
  for (const [key, text] of english) {
    const isPlural = PLURAL.test(key) && english.has(key.replace(PLURAL, "_other"));
    if (!isPlural) found.set(key, text);
    else for (const form of forms) found.set(key.replace(PLURAL, `_${form}`), english.get(key.replace(PLURAL, "_other")) ?? text);
  }
  return found;
}

function faults(language: string): string[] {
  const english = namespacesOf("en");
  const own = namespacesOf(language);
  const wrong: string[] = [];
  for (const [namespace, texts] of english) {
    const there = own.get(namespace) ?? new Map<string, string>();
    const needed = wanted(texts, language);
    for (const [key, text] of needed) {
      const translated = there.get(key);
      if (!translated?.trim()) wrong.push(`${namespace}: ${key} is missing`);
      else {
        const lost = namesIn(text).filter((name) => !namesIn(translated).includes(name) && !(name === "count" && PLURAL.test(key)));
        const strange = namesIn(translated).filter((name) => !namesIn(text).includes(name));
        if (lost.length || strange.length) wrong.push(`${namespace}: ${key} has other names in braces: ${[...lost, ...strange].join(", ")}`);
      }
    }
    for (const key of there.keys()) if (!needed.has(key)) wrong.push(`${namespace}: ${key} is not in English`);
  }
  for (const namespace of own.keys()) if (!english.has(namespace) && !OF_THE_SERVER.includes(namespace)) wrong.push(`${namespace} is no file of English`);
  return wrong;
}

it.each(LANGUAGES.filter(({ value }) => value !== "en").map(({ value }) => value))("%s says everything", (language) => {
  expect(faults(language)).toEqual([]);
});

it("finds a text that is missing, and a plural form", () => {
  expect([...wanted(new Map([["drafts_one", "{{count}} draft"], ["drafts_other", "{{count}} drafts"], ["save", "Save"]]), "ar").keys()]).toEqual(
    expect.arrayContaining(["drafts_zero", "drafts_two", "drafts_few", "drafts_many", "save"]),
  );
});
