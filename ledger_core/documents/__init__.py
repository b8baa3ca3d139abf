"""Documents of trade: the mechanism that every kind of them shares."""
