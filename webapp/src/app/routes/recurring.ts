export const recurringPages = [] as const;
