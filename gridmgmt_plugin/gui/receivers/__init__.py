"""Receiver profiles in QGIS: a window in which they are made and looked at."""
