"""hledger journals."""
