"""Rows of any table but the unit grids, edited in forms: what stands against their save, and what goes with it."""
