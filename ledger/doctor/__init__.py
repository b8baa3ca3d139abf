"""What is wrong with this installation, and what to do about it (`manage.py doctor`).

A check is a function that yields findings. It asks the real thing, with a short time-out, and says in a sentence
what it found; what is not well names the next step. The list is in `checks.py`.
"""
