"""What can be seen from outside while it runs: metrics for Prometheus, a line per request, traces."""
