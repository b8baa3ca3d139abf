"""Payments and allocations: what settles documents."""
