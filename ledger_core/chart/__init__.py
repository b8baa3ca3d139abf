"""The chart of accounts: account types, accounts, and the roles that the software posts to by itself."""
