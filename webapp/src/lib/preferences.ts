/** One preference of this person in this organization, as if it were state. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";

import { changePreferences, type Preferences, preferencesQuery } from "./api/preferences";
import { useOrganization } from "./organization";
import { session } from "./session";

const DELAY_MS = 500;
/** Of one person in one organization: nobody else at this browser sees it. */
function copyOf(organization: string): string {
  const now = session.get();
  return `ledger.preferences.${"user" in now ? now.user.id : ""}.${organization}`;
}

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

/**
 * `const [views, setViews] = usePreference<View[]>("views.invoices", []);` Setting null forgets it; a function is given
 * the value that the server keeps.
 */
export function usePreference<Value>(name: string, usual: Value): [Value, (next: Value | null | ((before: Value) => Value)) => void] {
  const { id } = useOrganization();
  const client = useQueryClient();
  const query = preferencesQuery(id);
  const { data } = useQuery({ ...query, placeholderData: () => copied(id) });
  const newest = useRef(usual);
  useEffect(() => {
    newest.current = usual;
  });
  const set = useCallback(
    (next: Value | null | ((before: Value) => Value)) => {
      const whole = preferencesQuery(id);
      const change = (kept: Preferences) => {
        const value = next instanceof Function ? next((kept[name] as Value | null | undefined) ?? newest.current) : next;
        const all = { ...kept, [name]: value };
        client.setQueryData(whole.queryKey, all);
        localStorage.setItem(copyOf(id), JSON.stringify(all));
        save(id, { [name]: value });
      };
      const kept = client.getQueryData<Preferences>(whole.queryKey);
      if (!kept) {
        // What the server keeps under the other names must not be taken for nothing.
        void client.query({ ...whole, staleTime: "static" }).then(change, () => change(copied(id)));
        return;
      }
      void client.cancelQueries({ queryKey: whole.queryKey }); // an answer from before would take the change back
      change(kept);
    },
    [client, id, name],
  );
  return [(data?.[name] as Value | null | undefined) ?? usual, set];
}
