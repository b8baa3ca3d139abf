import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";

import { api, answerOf, ifMatch, taggedAnswerOf } from "./client";
import type { Item, ItemCategoryInput, ItemInput, PriceInput, PriceListInput, UnitInput } from "./types";

export interface ItemFilter {
  search?: string;
  ordering?: string;
  page?: number;
  page_size?: number;
  is_active?: boolean;
  is_sold?: boolean;
  is_purchased?: boolean;
  kind?: Item["kind"];
  category?: number;
}

export const itemsQuery = (filter: ItemFilter) =>
  queryOptions({
    queryKey: ["items", "list", filter],
    queryFn: () => answerOf(api.GET("/api/items", { params: { query: filter } })),
    placeholderData: keepPreviousData,
  });

export const ITEMS_OFFERED = 20;

/** The first items that match what was typed, of those that are sold or bought. */
export const itemSearchQuery = (search: string, side: "sales" | "purchases") =>
  queryOptions({
    queryKey: ["items", "search", search, side],
    queryFn: async () => {
      const query = { ...(search && { search }), ...(side === "sales" ? { is_sold: true } : { is_purchased: true }), is_active: true, page_size: ITEMS_OFFERED };
      return (await answerOf(api.GET("/api/items", { params: { query } }))).results;
    },
    staleTime: 30_000,
  });

export const itemQuery = (id: string) =>
  queryOptions({
    queryKey: ["items", "one", id],
    queryFn: () => taggedAnswerOf(api.GET("/api/items/{id}", { params: { path: { id } } })),
  });

export const createItem = (body: ItemInput) => answerOf(api.POST("/api/items", { body }));

export const changeItem = (id: string, body: Partial<ItemInput>, tag?: string) =>
  answerOf(api.PATCH("/api/items/{id}", { params: { path: { id }, header: ifMatch(tag) }, body }));

export const deleteItem = (id: string) => answerOf(api.DELETE("/api/items/{id}", { params: { path: { id } } }));

export const activateItem = (id: string) => answerOf(api.POST("/api/items/{id}/activate", { params: { path: { id } } }));

export const deactivateItem = (id: string) => answerOf(api.POST("/api/items/{id}/deactivate", { params: { path: { id } } }));

export async function itemsChanged(client: QueryClient): Promise<void> {
  await Promise.all(["items", "activity"].map((key) => client.invalidateQueries({ queryKey: [key] })));
}

export const unitsQuery = queryOptions({
  queryKey: ["units"],
  queryFn: () => answerOf(api.GET("/api/units")),
  staleTime: 60_000,
});

export const createUnit = (body: UnitInput) => answerOf(api.POST("/api/units", { body }));

export const changeUnit = (id: string, body: UnitInput) => answerOf(api.PATCH("/api/units/{id}", { params: { path: { id } }, body }));

export const deleteUnit = (id: string) => answerOf(api.DELETE("/api/units/{id}", { params: { path: { id } } }));

export const itemCategoriesQuery = queryOptions({
  queryKey: ["item-categories"],
  queryFn: () => answerOf(api.GET("/api/item-categories")),
  staleTime: 60_000,
});

export const createCategory = (body: ItemCategoryInput) => answerOf(api.POST("/api/item-categories", { body }));

export const changeCategory = (id: string, body: ItemCategoryInput) => answerOf(api.PATCH("/api/item-categories/{id}", { params: { path: { id } }, body }));

export const deleteCategory = (id: string) => answerOf(api.DELETE("/api/item-categories/{id}", { params: { path: { id } } }));

export interface PriceListFilter {
  search?: string;
  ordering?: string;
  page?: number;
  page_size?: number;
  is_active?: boolean;
}

export const priceListsQuery = (filter: PriceListFilter = {}) =>
  queryOptions({
    queryKey: ["price-lists", "list", filter],
    queryFn: () => answerOf(api.GET("/api/price-lists", { params: { query: filter } })),
    placeholderData: keepPreviousData,
  });

/** All that can be chosen for a contact. */
export const priceListChoicesQuery = queryOptions({
  queryKey: ["price-lists", "choices"],
  queryFn: async () => (await answerOf(api.GET("/api/price-lists", { params: { query: { page_size: 200 } } }))).results,
  staleTime: 60_000,
});

export const priceListQuery = (id: string) =>
  queryOptions({
    queryKey: ["price-lists", "one", id],
    queryFn: () => answerOf(api.GET("/api/price-lists/{id}", { params: { path: { id } } })),
  });

export const createPriceList = (body: PriceListInput) => answerOf(api.POST("/api/price-lists", { body }));

export const changePriceList = (id: string, body: Partial<PriceListInput>) => answerOf(api.PATCH("/api/price-lists/{id}", { params: { path: { id } }, body }));

export const deletePriceList = (id: string) => answerOf(api.DELETE("/api/price-lists/{id}", { params: { path: { id } } }));

export const pricesQuery = (id: string, filter: { search?: string; page?: number; page_size?: number; ordering?: string }) =>
  queryOptions({
    queryKey: ["price-lists", "prices", id, filter],
    queryFn: () => answerOf(api.GET("/api/price-lists/{id}/prices", { params: { path: { id }, query: filter } })),
    placeholderData: keepPreviousData,
  });

export const addPrice = (list: string, body: PriceInput) => answerOf(api.POST("/api/price-lists/{id}/prices", { params: { path: { id: list } }, body }));

export const changePrice = (id: string, body: { price?: string; min_quantity?: string }) => answerOf(api.PATCH("/api/prices/{id}", { params: { path: { id } }, body }));

export const deletePrice = (id: string) => answerOf(api.DELETE("/api/prices/{id}", { params: { path: { id } } }));
