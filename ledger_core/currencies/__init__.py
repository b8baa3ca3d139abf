"""Currencies the books use besides their own, and what they cost: manual rates, imported ones, a provider's."""
