"""Beancount files."""
