/** Does the server answer? Requests tell; once one has had no answer, the server is asked again until it gives one. */
import { useSyncExternalStore } from "react";

const ASK_AGAIN_MS = 4000;

let isReachable = true;
let timer: number | undefined;
const listeners = new Set<() => void>();

function become(next: boolean): void {
  if (next === isReachable) return;
  isReachable = next;
  listeners.forEach((listener) => listener());
}

/** Said by every request when its answer, or none, has come. */
export function noteAnswer(hasAnswered: boolean): void {
  become(hasAnswered);
  if (!hasAnswered) askLater();
}

function askLater(): void {
  timer ??= window.setTimeout(() => {
    timer = undefined;
    void ask();
  }, ASK_AGAIN_MS);
}

async function ask(): Promise<void> {
  if (isReachable) return;
  try {
    noteAnswer((await fetch("/healthz", { cache: "no-store" })).ok);
  } catch {
    noteAnswer(false);
  }
}

window.addEventListener("offline", () => noteAnswer(false));
window.addEventListener("online", () => void ask());

export const connection = {
  isReachable: () => isReachable,
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};

export function useConnection(): boolean {
  return useSyncExternalStore(connection.subscribe, connection.isReachable);
}
