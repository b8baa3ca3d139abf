export const settingsPages = [] as const;
