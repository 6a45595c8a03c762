"""What follows when cells, grids or areas change: the one engine for every writer."""
