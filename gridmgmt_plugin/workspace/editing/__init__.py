"""Editing the unit grids: gestures on the QGIS layer, the guard before a save, the save itself."""
