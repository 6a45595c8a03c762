"""The forms of the tables: described as data, built into QGIS, with short lists of what belongs."""
