"""Periods: lock dates per area, and temporary unlocks. What is dated in a locked period cannot be posted."""
