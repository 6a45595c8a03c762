"""Responsibility grids: grouped, balanced, coded."""
