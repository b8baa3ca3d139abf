/** The languages the app speaks. Another one is a folder of files beside `en` and a line here; see docs/translating.md. */
export const LANGUAGES = [
  { value: "en", label: "English", direction: "ltr" },
  { value: "ar", label: "العربية", direction: "rtl" },
] as const;

export type Language = (typeof LANGUAGES)[number]["value"];

const CHOSEN = "ledger.language";
const known = (tag: string | null): Language | undefined => LANGUAGES.find(({ value }) => value === tag?.split("-")[0])?.value;

/** What the person chose on this browser, else the first of the browser's languages that there is. */
function languageNow(): Language {
  return known(localStorage.getItem(CHOSEN)) ?? navigator.languages.map(known).find(Boolean) ?? "en";
}

export const language = languageNow();
export const direction = LANGUAGES.find(({ value }) => value === language)?.direction ?? "ltr";

/** The page is loaded anew: numbers, dates and every text are made for one language. */
export function choose(next: Language): void {
  localStorage.setItem(CHOSEN, next);
  window.location.reload();
}
