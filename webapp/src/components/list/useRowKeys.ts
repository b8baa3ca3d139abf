import { type RefObject, useEffect } from "react";

import { isPlainKey } from "@/lib/shortcuts";

/** j and k go from row to row, x chooses the one that has the focus; Enter opens it, as it is a link. */
export function useRowKeys(body: RefObject<HTMLTableSectionElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!body.current || !isPlainKey(event, "j", "k", "x")) return;
      const rows = [...body.current.rows];
      const here = rows.findIndex((row) => row.contains(document.activeElement));
      if (event.key === "x") {
        rows[here]?.querySelector<HTMLElement>("input[type=checkbox]")?.click();
        return;
      }
      const next = rows[here < 0 ? 0 : here + (event.key === "j" ? 1 : -1)];
      next?.querySelector<HTMLElement>("a")?.focus();
      next?.scrollIntoView({ block: "nearest" });
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [body]);
}
