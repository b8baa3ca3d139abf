"""What recurs: templates that a sweep turns into journals, invoices, bills and expenses, once for each date."""
