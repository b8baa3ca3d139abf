"""What each report is: one small file each, listed in `ledger_core.reports.registry`."""
