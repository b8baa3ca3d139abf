import { queryOptions } from "@tanstack/react-query";

import { api, answerOf } from "./client";
import type { Dashboard } from "./types";

/** All that a day begins with, in one answer. */
export const dashboardQuery = queryOptions({
  queryKey: ["dashboard"],
  queryFn: (): Promise<Dashboard> => answerOf(api.GET("/api/dashboard")),
});
