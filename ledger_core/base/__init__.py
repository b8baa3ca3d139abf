"""What every package of the books stands on: whose books these are, numbering, amounts in the API, database triggers."""
