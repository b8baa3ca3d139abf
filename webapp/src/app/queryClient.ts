import { QueryCache, QueryClient } from "@tanstack/react-query";

import { organizationsQuery, setUpChoicesQuery } from "@/lib/api/organizations";
import { ApiProblem } from "@/lib/api/problem";

/** What says that the organization is not what the list of organizations said. (A short upgrade is no such thing.) */
const STATES = ["organization_building", "organization_suspended", "organization_failed", "organization_not_found", "organization_required"];
const isAboutOrganization = (error: unknown) => error instanceof ApiProblem && STATES.includes(error.code);

/** A hiccup of the network or a restarting server is tried again twice; what the server has decided is not. */
function shouldRetry(failures: number, error: unknown): boolean {
  const passes = error instanceof ApiProblem && (error.isNetwork || [502, 503, 504].includes(error.status));
  return passes && !isAboutOrganization(error) && failures < 2;
}

/**
 * What one person knows of one organization. Another person or organization gets another client, so that no page can
 * show the books of one under the name of the other. Only the list of organizations and the choices are handed on.
 */
export function createQueryClient(former?: QueryClient): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        // Suspended, still building, deleted: the shell looks at the state again and shows the right page.
        if (isAboutOrganization(error)) void client.invalidateQueries({ queryKey: organizationsQuery.queryKey });
      },
    }),
    defaultOptions: { queries: { staleTime: 15_000, retry: shouldRetry, retryDelay: (attempt) => 400 * 2 ** attempt }, mutations: { retry: false } },
  });
  for (const { queryKey } of [organizationsQuery, setUpChoicesQuery]) {
    const known = former?.getQueryData(queryKey);
    if (known !== undefined) client.setQueryData(queryKey, known, { updatedAt: 0 });
  }
  return client;
}
