"""The workspace as QGIS shows it: layers, forms, styles, the project file."""
