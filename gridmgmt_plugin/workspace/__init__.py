"""The workspace (网格库): its tables, its transactions, its layers in QGIS."""
