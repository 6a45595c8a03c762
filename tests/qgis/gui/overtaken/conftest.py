"""A district on the map, as for the tools."""

from tests.qgis.gui.editing.conftest import bench, district  # noqa: F401  fixtures
