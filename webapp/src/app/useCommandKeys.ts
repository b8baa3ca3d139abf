import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";

import { useAbilities } from "@/lib/organization";
import { isPlainKey, letterOf } from "@/lib/shortcuts";

import type { Commands } from "./commands";
import { CREATIONS, DESTINATIONS } from "./destinations";

const SEQUENCE_MS = 1500; // between the two keys of `g i`

/** Ctrl-K or Cmd-K anywhere; `?`, and the two-letter ways to lists (`g`) and to new things (`n`). */
export function useCommandKeys({ openPalette, openHelp, create }: Commands): void {
  const navigate = useNavigate();
  const may = useAbilities();
  useEffect(() => {
    let first: { letter: string; at: number } | undefined;
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && letterOf(event) === "k") {
        event.preventDefault();
        openPalette();
        return;
      }
      if (!isPlainKey(event)) return;
      const letter = letterOf(event);
      const begun = first && event.timeStamp - first.at < SEQUENCE_MS ? first.letter : "";
      first = undefined;
      if (begun) {
        if (goTo(begun, letter)) event.preventDefault();
      } else if (letter === "?") {
        event.preventDefault();
        openHelp();
      } else if (letter === "g" || letter === "n") {
        first = { letter, at: event.timeStamp };
      }
    };
    const goTo = (begun: string, letter: string): boolean => {
      if (begun === "g") {
        const destination = DESTINATIONS.find(({ key, needs }) => key === letter && (!needs || may(needs)));
        if (destination) void navigate(destination.place);
        return Boolean(destination);
      }
      const creation = CREATIONS.find(({ key, needs }) => key === letter && may(needs));
      if (creation) create(creation);
      return Boolean(creation);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [navigate, may, openPalette, openHelp, create]);
}
