/** What forms check before they ask the server: few things, for the server decides. Zod's small build is enough. */
import * as z from "zod/mini";

z.config({ jitless: true }); // the content security policy allows no code made from strings

/** Text that is not empty or blank; blanks around it are taken off. */
export const filled = (message: string) => z.string().check(z.trim(), z.minLength(1, message));

/** Text as it was typed, with a least length: passwords, choices. */
export const atLeast = (length: number, message: string) => z.string().check(z.minLength(length, message));

export const atMost = (length: number, message: string) => z.maxLength(length, message);

export { z };
