"""One search over everything that has a name or a number: documents, payments, contacts, items, accounts, journals."""
