"""Ledgers of a city: taken in from files, counted, renamed and removed."""
