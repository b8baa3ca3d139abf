export const paymentsPages = [] as const;
