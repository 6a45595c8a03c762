"""Templates of papers in the window: the city's own, and how they are restyled in QGIS's designer."""
