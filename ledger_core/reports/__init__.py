"""Reports, from balances."""
