"""Layers of a local frame, which lie in plain metres and nowhere on earth; the window asks before numpy is loaded."""

from __future__ import annotations

from qgis.core import QgsCoordinateReferenceSystem, QgsVectorLayer


def take_system_away(layer: QgsVectorLayer) -> None:
    """Let a layer of a local frame be plain metres, whatever its file calls them.

    Its metadata go the same way: QGIS would ask PROJ for the ellipsoid of "undefined Cartesian" whenever it writes
    them into a project.
    """
    layer.setCrs(QgsCoordinateReferenceSystem())
    metadata = layer.metadata()
    metadata.setCrs(QgsCoordinateReferenceSystem())
    layer.setMetadata(metadata)
