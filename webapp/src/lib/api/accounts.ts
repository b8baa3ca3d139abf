import { queryOptions } from "@tanstack/react-query";

import { api, answerOf } from "./client";
import type { AccountInput } from "./types";

/** The whole chart, in tree order. */
export const accountsQuery = queryOptions({
  queryKey: ["accounts"],
  queryFn: () => answerOf(api.GET("/api/accounts")),
});

export const accountTypesQuery = queryOptions({
  queryKey: ["account-types"],
  queryFn: () => answerOf(api.GET("/api/account-types")),
  staleTime: Infinity,
});

export const createAccount = (body: AccountInput) => answerOf(api.POST("/api/accounts", { body }));

export const changeAccount = (id: string, body: Partial<AccountInput>) =>
  answerOf(api.PATCH("/api/accounts/{id}", { params: { path: { id } }, body }));

export const deleteAccount = (id: string) => answerOf(api.DELETE("/api/accounts/{id}", { params: { path: { id } } }));
