export const documentsPages = [] as const;
