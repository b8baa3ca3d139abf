import "./styles.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { ready } from "@/lib/i18n";
import { direction, language } from "@/lib/i18n/languages";

import { App } from "./App";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
document.documentElement.lang = language;
document.documentElement.dir = direction;
void ready.then(() =>
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  ),
);
