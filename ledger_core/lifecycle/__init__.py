"""What the books answer when tenancy backs them up, copies, moves or hands them out (tenancy/lifecycle/books.py)."""
