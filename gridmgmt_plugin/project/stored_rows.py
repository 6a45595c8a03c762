"""A layer shows again what is stored, after something else than QGIS has written it."""

from __future__ import annotations

from qgis.core import QgsFeatureRequest, QgsVectorLayer


def show_stored(layer: QgsVectorLayer) -> None:
    """Read the rows of a layer anew, in the map, in its count and in every table of it that is open.

    What was selected and is still there stays selected; QGIS gives the whole selection up.
    """
    chosen = layer.selectedFeatureIds()
    layer.reload()
    # QGIS's attribute table counts its rows in the title when they change in the edit buffer, or the selection does.
    layer.selectByIds(_still_there(layer, chosen))


def _still_there(layer: QgsVectorLayer, chosen: list[int]) -> list[int]:
    if not chosen:
        return []
    request = QgsFeatureRequest().setFilterFids(chosen).setFlags(QgsFeatureRequest.Flag.NoGeometry).setNoAttributes()
    return [feature.id() for feature in layer.getFeatures(request)]
