"""Recurring journals: templates that a sweep turns into manual journals, exactly once for each date."""
