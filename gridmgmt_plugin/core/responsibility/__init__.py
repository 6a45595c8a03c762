"""Responsibility grids as a scheme has them: their codes, and what becomes of those it had before."""
