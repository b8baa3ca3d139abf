"""What is particular to purchases: the API of its documents, orders, expenses that are billed on."""
