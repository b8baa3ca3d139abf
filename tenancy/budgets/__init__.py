"""What one organization may use at a time, so that none spoils the others' day.

Three budgets: requests per minute, requests at one time, and seconds of work on reports per minute. They are counted
for all processes together in Redis (in this process where there is none), and above one of them a request is refused
with 429 before it costs anything. The settings LEDGER_BUDGET_* hold for all; `manage.py set_budget` says otherwise for
one. Without Redis nobody is refused: budgets keep the peace, they guard nothing.
"""
