"""Opening balances: what the books begin with, balanced on Opening balance equity."""
