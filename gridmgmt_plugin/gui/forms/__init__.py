"""What QGIS's forms of our tables show beside fields: short lists, rows to add, empty fields that are empty."""
