"""Taxes: rates and groups, the tax ledger, and returns."""
