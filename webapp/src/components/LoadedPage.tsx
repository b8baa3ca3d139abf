import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { Loaded } from "./Loaded";
import { Page } from "./Page";

interface Props<Data> {
  query: UseQueryResult<Data>;
  /** Until the page has its own, and when it cannot be loaded. */
  title: string;
  children: (data: Data) => ReactNode;
}

/** A whole page that is about one thing: while it loads, and if it fails, there is a page already. */
export function LoadedPage<Data>({ query, title, children }: Props<Data>) {
  if (query.data !== undefined) return children(query.data);
  return (
    <Page title={title}>
      <Loaded query={query}>{() => null}</Loaded>
    </Page>
  );
}
