"""A table as text, CSV, a spreadsheet or a PDF."""
