"""Databases of organizations: made, warmed, migrated, dropped."""
