/** Reads what stands behind the `?` of an address. What cannot be read is left out: an old or mistyped link still opens. */
import { isDate } from "./locale";

export type Search = Record<string, unknown>;

/** The router has read "12" as a number and "true" as a truth already; in an address all are texts. */
export const text = (value: unknown): string | undefined => (["string", "number", "boolean"].includes(typeof value) && value !== "" ? String(value) : undefined);

/** From the second page on; the first is no part of an address. */
export const page = (value: unknown): number | undefined => (Number.isInteger(Number(value)) && Number(value) > 1 ? Number(value) : undefined);

export const date = (value: unknown): string | undefined => (isDate(value) ? value : undefined);

export const yes = (value: unknown): true | undefined => (String(value) === "true" ? true : undefined);

export const oneOf =
  <Choice extends string>(choices: readonly Choice[]) =>
  (value: unknown): Choice | undefined =>
    choices.find((choice) => choice === value);

/** What every list has in its address, besides filters of its own. */
export interface ListSearch {
  search?: string;
  ordering?: string;
  page?: number;
}

/** The address of a list: search, order, page, and the named filters as texts. */
export const listSearch =
  <Filter extends string>(...filters: readonly Filter[]) =>
  (search: Search): ListSearch & { [Name in Filter]?: string } => ({
    ...(Object.fromEntries(filters.map((name) => [name, text(search[name])])) as { [Name in Filter]?: string }),
    search: text(search.search),
    ordering: text(search.ordering),
    page: page(search.page),
  });
