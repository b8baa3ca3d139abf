import { Skeleton, Stack } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { toProblem } from "@/lib/api/problem";

import { ProblemAlert } from "./ProblemAlert";

interface Props<Data> {
  query: UseQueryResult<Data>;
  children: (data: Data) => ReactNode;
  /** How many placeholder lines keep the space while loading. */
  lines?: number;
}

/** What a query brought, or its placeholder, or its problem with a way to try again. */
export function Loaded<Data>({ query, children, lines = 8 }: Props<Data>) {
  const { t } = useTranslation();
  // What the server has decided (not there, not allowed) stays the same when asked again.
  const retry = toProblem(query.error).mayPass ? () => void query.refetch() : undefined;
  if (query.data !== undefined) {
    return (
      <>
        {query.isError && <ProblemAlert error={query.error} onRetry={retry} retrying={query.isFetching} />}
        {children(query.data)}
      </>
    );
  }
  if (query.isError) return <ProblemAlert error={query.error} onRetry={retry} retrying={query.isFetching} />;
  return (
    <Stack gap="xs" role="status" aria-label={t("state.loading")} p="md">
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={22} />
      ))}
    </Stack>
  );
}
