"""What is particular to sales: the API of its documents, estimates, write-offs."""
