"""The whole chain on one district, from raw files to a checked package: ``python -m tools.demo --help``."""
