import type { ItemCategory } from "@/lib/api/types";

export interface Placed {
  category: ItemCategory;
  depth: number;
}

/** Each category below the one it is part of, by name. */
export function inTreeOrder(categories: readonly ItemCategory[], parent: string | null = null, depth = 0): Placed[] {
  return categories
    .filter((category) => category.parent === parent)
    .sort((left, right) => left.name.localeCompare(right.name))
    .flatMap((category) => [{ category, depth }, ...inTreeOrder(categories, category.id, depth + 1)]);
}
