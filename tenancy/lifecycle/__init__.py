"""What becomes of an organization's books: backed up, restored, copied, moved, exported, deleted, shredded.

What needs to know what is *in* the books is asked of the books themselves (`books.py`). Why it is done this way:
docs/decisions/0012-lifecycle.md.
"""
