import { readdirSync } from "node:fs";

import js from "@eslint/js";
import i18next from "eslint-plugin-i18next";
import reactHooks from "eslint-plugin-react-hooks";
import globals from "globals";
import tseslint from "typescript-eslint";

// The layers, top down: app -> features/<noun> -> components -> lib. A file imports from its own folder ("./") or from
// a lower layer ("@/..."), never upwards, and a feature never from another feature.
const features = readdirSync(new URL("./src/features", import.meta.url));

function layer(files, forbidden) {
  const upwards = { regex: "^\\.\\./", message: "Import from another folder through @/." };
  const higher = forbidden.map((name) => ({ group: [`@/${name}`, `@/${name}/*`], message: `${files} may not import ${name}.` }));
  return { files: [`src/${files}/**/*.{ts,tsx}`], rules: { "no-restricted-imports": ["error", { patterns: [upwards, ...higher] }] } };
}

export default tseslint.config(
  { ignores: ["dist", "src/lib/api/schema.d.ts"] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  reactHooks.configs.flat["recommended-latest"],
  {
    files: ["**/*.{ts,tsx}"],
    languageOptions: { globals: globals.browser, parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/only-throw-error": "off", // TanStack Router's redirect is thrown
      "no-restricted-globals": ["error", { name: "parseFloat", message: "Money is a decimal string: use @/lib/money." }],
      "no-restricted-properties": ["error", { object: "Number", property: "parseFloat", message: "Money is a decimal string: use @/lib/money." }],
    },
  },
  {
    files: ["src/**/*.tsx"],
    ignores: ["src/**/*.test.tsx"],
    plugins: { i18next },
    rules: {
      "i18next/no-literal-string": ["error", {
        mode: "jsx-only",
        "jsx-attributes": { include: ["label", "placeholder", "title", "aria-label", "alt", "description", "legend"] },
        words: { exclude: ["[^A-Za-z]*", "Ctrl", "Enter", "Esc", "Backspace", "S", "Ledger"] },
      }],
    },
  },
  layer("lib", ["components", "features", "app"]),
  layer("components", ["features", "app"]),
  ...features.map((feature) => layer(`features/${feature}`, ["app", ...features.filter((other) => other !== feature).map((other) => `features/${other}`)])),
  layer("app", []),
  { files: ["*.js", "checks/*.js"], extends: [tseslint.configs.disableTypeChecked], languageOptions: { globals: globals.node } },
);
