/**
 * Texts, in one file per language and namespace. `common` comes with the app; the others come with the pages that use
 * them: a route names them (`strings` in app/frame), so that they load beside the page's code and not after it.
 */
import i18next, { type BackendModule } from "i18next";
import { initReactI18next } from "react-i18next";

import { language } from "./languages";

type Texts = Record<string, unknown>;
const files = import.meta.glob<Texts>("./{en,ar}/*.json", { import: "default" });

const onDemand: BackendModule = {
  type: "backend",
  init: () => undefined,
  read: (tongue, namespace, done) => {
    const load = files[`./${tongue}/${namespace}.json`] ?? (() => Promise.resolve({}));
    load().then(
      (texts) => done(null, texts),
      (error: unknown) => done(error instanceof Error ? error : String(error), null),
    );
  },
};

/** Waited for before anything is shown. */
export const ready = i18next
  .use(onDemand)
  .use(initReactI18next)
  .init({
    lng: language,
    fallbackLng: "en",
    load: "currentOnly",
    ns: language === "en" ? ["common"] : ["common", "server", "problems"],
    defaultNS: "common",
    fallbackNS: "common",
    interpolation: { escapeValue: false }, // React escapes
    partialBundledLanguages: true,
    showSupportNotice: false,
  });

export { i18next };
