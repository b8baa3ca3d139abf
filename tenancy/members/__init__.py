"""Who belongs to an organization, as what, and who is invited."""
