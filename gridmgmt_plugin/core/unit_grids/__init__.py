"""Unit grids as they come in or are made: codes, rows, and how they fit the areas that they belong to."""
