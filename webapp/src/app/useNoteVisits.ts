import { useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";

import { useVisits, withVisit } from "@/lib/visits";

const SETTLED_MS = 1200; // the page has its title by then, and was not only passed through

/** A page about one thing has its id as the last part of the address. */
const isOfOneThing = (path: string) => /\/\$\w+Id$/.test(path);

/** Notes pages about one thing under the titles they gave themselves. */
export function useNoteVisits(): void {
  const { pathname, route } = useRouterState({
    select: ({ location, matches }) => ({ pathname: location.pathname, route: matches.at(-1)?.fullPath ?? "" }),
    structuralSharing: true,
  });
  const [visits, setVisits] = useVisits();
  useEffect(() => {
    if (!isOfOneThing(route)) return;
    const timer = setTimeout(() => {
      const title = document.title.split(" · ")[0] ?? "";
      const isNew = visits[0]?.href !== pathname || visits[0].title !== title;
      if (title && isNew) setVisits(withVisit(visits, { href: pathname, title }));
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [pathname, route, visits, setVisits]);
}
