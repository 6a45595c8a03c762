"""The workspace (网格库): tables, back ends, transactions, and what follows when something changes. No QGIS."""
