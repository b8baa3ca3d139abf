/** What of a list's address makes a view: everything but the page. */
import type { ListState } from "./ListPage";

export interface View {
  name: string;
  state: ListState;
}

export function viewOf(state: ListState): ListState {
  return Object.fromEntries(Object.entries(state).filter(([name, value]) => name !== "page" && value !== undefined));
}

export function isSameView(one: ListState, other: ListState): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => one[name] === other[name]);
}
