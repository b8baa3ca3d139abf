export const contactsPages = [] as const;
