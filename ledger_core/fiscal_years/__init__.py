"""Fiscal years: virtual, with an optional closing entry that moves income and expenses to retained earnings."""
