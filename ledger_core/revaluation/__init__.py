"""Revaluation: foreign balances at a day's rates, booked as unrealized differences and booked back the day after."""
