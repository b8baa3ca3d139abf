"""Numbers of the books: currencies and exact money. Pure: no database, no Django."""
