"""What each document posts: the rules as data, and how amounts become ledger lines by them."""
