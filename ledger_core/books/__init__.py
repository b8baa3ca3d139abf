"""The general ledger: append-only journal entries and their lines. `operations.post` and `reverse` are the only writers."""
