"""Organizations as their members see them over the API."""
