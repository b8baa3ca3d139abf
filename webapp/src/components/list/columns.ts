/** What a list shows: its columns, the filters over them, and what can be done with several rows at once. */
import type { LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";

export interface Column<Row> {
  /** Short, stable: kept with the person's choice of columns. */
  id: string;
  label: string;
  cell: (row: Row) => ReactNode;
  /** The server's name to sort by; without one the column is not sorted. */
  ordering?: string;
  /** Amounts stand at the end of their cell and have a total; numbers and dates do not wrap. */
  kind?: "text" | "number" | "amount" | "date";
  /** Hidden until the person asks for it. */
  optional?: boolean;
  /** Where it stands in the card that a row becomes on a phone; "none" leaves it out. */
  phone?: "title" | "aside" | "wide" | "none";
  /** Below the column: which of the totals that the server sent (`totals: true` in the query). */
  totalOf?: "total" | "open";
  /** Below the column: anything else. */
  total?: ReactNode;
}

export interface Choice {
  value: string;
  label: string;
}

/** A filter names a parameter of the server's list. */
export interface Filter {
  name: string;
  label: string;
  input: { kind: "choice"; choices: readonly Choice[] } | { kind: "date" } | { kind: "contact" } | { kind: "text" } | { kind: "yes" };
}

export interface BulkAction<Row> {
  label: string;
  /** Offered only for these rows. */
  applies?: (row: Row) => boolean;
  run: (rows: Row[]) => Promise<void>;
  tone?: "danger";
}

export type RowLink = Pick<LinkProps, "to" | "params" | "search">;
