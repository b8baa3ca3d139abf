/** What somebody looked at last: pages about one thing. The newest first. */
import { usePreference } from "./preferences";

export interface Visit {
  href: string;
  title: string;
}

const MOST = 12;

export const withVisit = (visits: readonly Visit[], visit: Visit): Visit[] => [visit, ...visits.filter(({ href }) => href !== visit.href)].slice(0, MOST);

export const useVisits = () => usePreference<Visit[]>("recent", []);
