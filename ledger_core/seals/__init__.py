"""Tamper evidence: posted entries sealed in a chain of blocks, so that a change behind our back is found."""
