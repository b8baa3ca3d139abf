export const itemsPages = [] as const;
