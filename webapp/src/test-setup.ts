import { cleanup } from "@testing-library/react";
import { afterEach, beforeAll, vi } from "vitest";

import { i18next, ready } from "@/lib/i18n";

// All texts are there at once: a test does not wait for them.
const texts = import.meta.glob<Record<string, unknown>>("./lib/i18n/en/*.json", { import: "default", eager: true });

beforeAll(async () => {
  await ready;
  for (const [file, text] of Object.entries(texts)) i18next.addResourceBundle("en", file.split("/").pop()?.replace(".json", "") ?? "", text);
});
afterEach(cleanup);

// What Mantine asks a browser for and jsdom does not have.
Object.defineProperty(window, "matchMedia", {
  value: (query: string) => ({
    matches: false,
    media: query,
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
    addListener: vi.fn(),
    removeListener: vi.fn(),
    dispatchEvent: vi.fn(),
  }),
});
window.HTMLElement.prototype.scrollIntoView = () => undefined;
window.ResizeObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
