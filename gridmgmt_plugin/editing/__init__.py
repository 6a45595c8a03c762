"""QGIS's edit buffer: gestures on the unit-grid layer, the guard, and the save behind QGIS's own Save."""
