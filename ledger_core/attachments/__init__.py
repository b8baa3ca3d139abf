"""Files attached to what is in the books: receipts, contracts, bank statements."""
