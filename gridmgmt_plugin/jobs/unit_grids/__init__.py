"""Unit grids drawn from streets or brought from elsewhere."""
