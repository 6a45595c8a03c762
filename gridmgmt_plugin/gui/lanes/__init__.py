"""Street-lanes on the map: picked, drawn, split, merged, turned and abolished."""
