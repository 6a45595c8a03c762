"""The GeoPackage back end: one file, one transaction, plain SQLite underneath."""
