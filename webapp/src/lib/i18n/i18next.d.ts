import "i18next";

import type books from "./en/books.json";
import type common from "./en/common.json";
import type contacts from "./en/contacts.json";
import type dashboard from "./en/dashboard.json";
import type data from "./en/data.json";
import type documents from "./en/documents.json";
import type items from "./en/items.json";
import type payments from "./en/payments.json";
import type recurring from "./en/recurring.json";
import type reports from "./en/reports.json";
import type settings from "./en/settings.json";
import type shell from "./en/shell.json";
import type taxes from "./en/taxes.json";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    fallbackNS: "common";
    resources: {
      books: typeof books;
      common: typeof common;
      contacts: typeof contacts;
      dashboard: typeof dashboard;
      data: typeof data;
      documents: typeof documents;
      items: typeof items;
      payments: typeof payments;
      recurring: typeof recurring;
      reports: typeof reports;
      settings: typeof settings;
      shell: typeof shell;
      taxes: typeof taxes;
    };
  }
}
