"""Codes of areas, grids, lanes and components: how they are built, who has which, what a split does to them."""
