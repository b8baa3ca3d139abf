"""The general ledger: append-only entries and their lines, written only by `operations.post` and `reverse`."""
