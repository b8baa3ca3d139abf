"""Proving the books: every promise of the general ledger, checked from outside of the code that keeps it."""
