import { usePreference } from "@/lib/preferences";

import type { Column } from "./columns";

/** Which columns this person looks at. Only what differs from the usual ones is kept. */
export function useColumnChoice<Row>(list: string, columns: readonly Column<Row>[]) {
  const [kept, setKept] = usePreference<Record<string, boolean>>(`columns.${list}`, {});
  const isShown = (column: Column<Row>) => kept[column.id] ?? !column.optional;
  const shown = columns.filter(isShown);
  return {
    shown: shown.length ? shown : columns.slice(0, 1),
    toggle: (id: string) => {
      const column = columns.find((one) => one.id === id);
      if (column) setKept({ ...kept, [id]: !isShown(column) });
    },
  };
}
