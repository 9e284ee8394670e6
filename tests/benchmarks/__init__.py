"""Measurements: each is a command that prints a table. Data sets are named by path; none is shipped."""
