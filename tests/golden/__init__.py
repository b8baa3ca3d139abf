"""Reports as text, compared with files: `worked_books.py` has the books, `*.txt` what the reports say of them."""
