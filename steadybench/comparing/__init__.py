"""Comparing the records of two runs."""
