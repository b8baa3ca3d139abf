"""Benchmarks that print a table. Run them against private servers:

python -m tests.services run -- python -m tests.load.connections
python -m tests.services run -- python -m tests.load.set_up
"""
