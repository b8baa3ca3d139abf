import { useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

import { useVisits, type Visit, withVisit } from "@/lib/visits";

const LOOK_MS = 500;
const MOST_LOOKS = 12; // then the page has shown nothing of its own

/** A page about one thing has its id as the last part of the address. */
const isOfOneThing = (path: string) => /\/\$\w+Id$/.test(path);

/** Notes pages about one thing under the titles they gave themselves. */
export function useNoteVisits(): void {
  const { pathname, route } = useRouterState({
    select: ({ location, matches }) => ({ pathname: location.pathname, route: matches.at(-1)?.fullPath ?? "" }),
    structuralSharing: true,
  });
  const [, setVisits] = useVisits();
  const keep = useRef((visit: Visit) => setVisits((visits) => withVisit(visits, visit)));
  useEffect(() => {
    keep.current = (visit) => setVisits((visits) => withVisit(visits, visit));
  }, [setVisits]);
  useEffect(() => {
    if (!isOfOneThing(route)) return;
    const before = document.title; // of the page that was left: this one has not loaded what it is about
    let looks = 0;
    const timer = setInterval(() => {
      looks += 1;
      if (document.title === before && looks < MOST_LOOKS) return;
      clearInterval(timer);
      const title = document.title.replace(/ · Ledger$/, "");
      if (document.title !== before && title) keep.current({ href: pathname, title });
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [pathname, route]);
}
