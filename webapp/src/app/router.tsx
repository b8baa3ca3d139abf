/** Every page with its address. Each page is its own chunk: the first load brings the shell and one page. */
import { createRouter, parseSearchWith, stringifySearchWith } from "@tanstack/react-router";

import { root, shell, signedIn } from "./frame";
import { NotFoundPage } from "./NotFoundPage";
import { PageFault } from "./PageFault";
import { booksPages } from "./routes/books";
import { contactsPages } from "./routes/contacts";
import { documentsPages } from "./routes/documents";
import { itemsPages } from "./routes/items";
import { organizationPages, personalPages } from "./routes/organizations";
import { paymentsPages } from "./routes/payments";
import { peoplePages } from "./routes/people";
import { recurringPages } from "./routes/recurring";
import { reportPages } from "./routes/reports";
import { settingsPages } from "./routes/settings";

const organization = shell.addChildren([
  ...reportPages,
  ...documentsPages,
  ...paymentsPages,
  ...recurringPages,
  ...contactsPages,
  ...itemsPages,
  ...booksPages,
  ...organizationPages,
  ...settingsPages,
]);

export const router = createRouter({
  routeTree: root.addChildren([...peoplePages, signedIn.addChildren([...personalPages, organization])]),
  // Plain values: the router's own notation would read a token of digits as a number.
  parseSearch: parseSearchWith((value) => value),
  stringifySearch: stringifySearchWith(String),
  defaultPreload: "intent",
  defaultErrorComponent: PageFault,
  defaultNotFoundComponent: NotFoundPage,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
