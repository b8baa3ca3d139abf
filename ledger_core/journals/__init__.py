"""Manual journals: what an accountant books by hand."""
