"""划归: unit grids painted into responsibility grids on the map, with the figures of both sides."""
