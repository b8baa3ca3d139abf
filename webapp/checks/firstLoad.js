/**
 * What a browser fetches before it shows a page: the entry, what it imports, the page's own chunk and the texts. Printed
 * after a build; fails beyond the limit of compressed script for the first page of a day, and for others opened straight
 * from a link, which bring more with them.
 */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT_KB = { "first page (dashboard)": 250, "log-in": 250 };
const LIMIT_OF_LINKS_KB = 300;
const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));
const PAGES = {
  "first page (dashboard)": "src/features/home/HomePage.tsx",
  "log-in": "src/features/people/LogInPage.tsx",
  "list of documents": "src/features/documents/DocumentsPage.tsx",
  "new document": "src/features/documents/NewDocumentPage.tsx",
  report: "src/features/reports/ReportPage.tsx",
};
const TEXTS = { "first page (dashboard)": ["common", "dashboard"], "log-in": ["common"], "list of documents": ["common", "documents"], "new document": ["common", "documents"], report: ["common", "reports"] };

/** Every chunk that has to be there before this one runs. */
function closure(key, found = new Set()) {
  if (found.has(key)) return found;
  found.add(key);
  for (const next of manifest[key].imports ?? []) closure(next, found);
  return found;
}

const size = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
const kilobytes = (bytes) => (bytes / 1024).toFixed(1).padStart(7);

let isTooLarge = false;
for (const [name, page] of Object.entries(PAGES)) {
  const chunks = closure("index.html");
  for (const key of [page, ...TEXTS[name].map((texts) => `src/lib/i18n/en/${texts}.json`)]) closure(key, chunks);
  const files = [...chunks].map((key) => manifest[key].file).filter((file) => file.endsWith(".js"));
  const total = files.reduce((sum, file) => sum + size(file), 0);
  const limit = LIMIT_KB[name] ?? LIMIT_OF_LINKS_KB;
  const over = total > limit * 1024;
  isTooLarge ||= over;
  console.log(`${name.padEnd(24)} ${kilobytes(total)} KB of compressed script in ${String(files.length).padStart(2)} files${over ? `, more than ${limit}` : ""}`);
}
if (isTooLarge) {
  console.error(`A first load is too large: load what is not needed at once on demand (lazyRouteComponent, loadLater).`);
  process.exit(1);
}
