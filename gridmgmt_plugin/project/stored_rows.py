"""A layer shows again what is stored, after something else than QGIS has written it."""

from __future__ import annotations

from qgis.core import QgsVectorLayer


def show_stored(layer: QgsVectorLayer) -> None:
    """Read the rows of a layer anew, in the map, in its count and in every table of it that is open."""
    layer.reload()
    # QGIS's attribute table counts its rows in the title when they change in the edit buffer, or the selection does.
    layer.selectByIds(layer.selectedFeatureIds())
