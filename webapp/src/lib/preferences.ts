/** One preference of this person in this organization, as if it were state. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

import { changePreferences, type Preferences, preferencesQuery } from "./api/preferences";
import { useOrganization } from "./organization";

const DELAY_MS = 500;
const copyOf = (organization: string) => `ledger.preferences.${organization}`;

/** The copy on this browser: shown until the server has answered, so that no column jumps. */
function copied(organization: string): Preferences {
  try {
    return JSON.parse(localStorage.getItem(copyOf(organization)) ?? "{}") as Preferences;
  } catch {
    return {}; // somebody else's text under our name
  }
}

let waiting: { organization: string; changes: Preferences; timer: number } | undefined;

/** Changes of half a second go together. One that fails stays on this browser and goes with the next. */
function save(organization: string, changes: Preferences): void {
  if (waiting && waiting.organization !== organization) void send();
  if (waiting) clearTimeout(waiting.timer);
  waiting = { organization, changes: { ...waiting?.changes, ...changes }, timer: window.setTimeout(() => void send(), DELAY_MS) };
}

async function send(): Promise<void> {
  if (!waiting) return;
  const { organization, changes } = waiting;
  waiting = undefined;
  await changePreferences(organization, changes).catch(() => {
    waiting ??= { organization, changes, timer: 0 };
  });
}

/** `const [views, setViews] = usePreference<View[]>("views.invoices", []);` Setting null forgets it. */
export function usePreference<Value>(name: string, usual: Value): [Value, (next: Value | null) => void] {
  const { id } = useOrganization();
  const client = useQueryClient();
  const query = preferencesQuery(id);
  const { data } = useQuery({ ...query, placeholderData: () => copied(id) });
  const set = useCallback(
    (next: Value | null) => {
      const { queryKey } = preferencesQuery(id);
      void client.cancelQueries({ queryKey }); // an answer from before would take the change back
      const all = { ...(client.getQueryData<Preferences>(queryKey) ?? copied(id)), [name]: next };
      client.setQueryData(queryKey, all);
      localStorage.setItem(copyOf(id), JSON.stringify(all));
      save(id, { [name]: next });
    },
    [client, id, name],
  );
  return [(data?.[name] as Value | null | undefined) ?? usual, set];
}
