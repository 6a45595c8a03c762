"""Snapping to cells and streets while one of our tools is active; the planner's own settings stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from qgis.core import Qgis, QgsProject, QgsSnappingConfig, QgsTolerance, QgsVectorLayer, QgsWkbTypes
from qgis.gui import QgsMapCanvasSnappingUtils

_TOLERANCE_PX = 12
_Modes = QgsSnappingConfig.SnappingMode
_Shapes = QgsWkbTypes.GeometryType
_SNAPPABLE = (_Shapes.PointGeometry, _Shapes.LineGeometry, _Shapes.PolygonGeometry)


class GridSnapping:
    """Puts a snapping engine of its own on the canvas and takes it off again.

    The project's snapping configuration is only read: layers that the planner snaps to by himself keep their
    settings. Cells and streets come on top, by vertex and edge.
    """

    def __init__(self, canvas: Any) -> None:
        self._canvas = canvas
        self._mine: Any = None
        self._before: Any = None

    def put_on(self, layers: Iterable[QgsVectorLayer]) -> None:
        """Snap to ``layers`` from now on."""
        if self._mine is None:
            self._mine = QgsMapCanvasSnappingUtils(self._canvas, self._canvas)
            self._before = self._canvas.snappingUtils()
            self._canvas.setSnappingUtils(self._mine)
            QgsProject.instance().layersWillBeRemoved.connect(self._let_go)
        self._mine.setConfig(_configuration(QgsProject.instance(), list(layers)))

    def take_off(self) -> None:
        """Give the canvas back the engine that it had."""
        if self._mine is None:
            return
        QgsProject.instance().layersWillBeRemoved.disconnect(self._let_go)
        self._canvas.setSnappingUtils(self._before)
        self._mine.deleteLater()
        self._mine = self._before = None

    def _let_go(self, identifiers: Sequence[str]) -> None:
        """Snap no longer to layers that go: the engine would look at them when they are gone."""
        config = self._mine.config()
        layers = QgsProject.instance().mapLayers()
        config.removeLayers([layers[identifier] for identifier in identifiers if identifier in layers])
        self._mine.setConfig(config)


def _configuration(project: QgsProject, layers: list[QgsVectorLayer]) -> QgsSnappingConfig:
    own = project.snappingConfig()
    wanted = QgsSnappingConfig(project)
    wanted.setEnabled(True)
    wanted.setMode(_Modes.AdvancedConfiguration)
    wanted.setIntersectionSnapping(own.intersectionSnapping())
    both = _vertex_and_edge()
    for layer in _snapped_by_planner(project, own):
        if own.mode() == _Modes.AdvancedConfiguration:
            wanted.setIndividualLayerSettings(layer, own.individualLayerSettings(layer))
        else:
            settings = QgsSnappingConfig.IndividualLayerSettings(True, own.typeFlag(), own.tolerance(), own.units())
            wanted.setIndividualLayerSettings(layer, settings)
    for layer in layers:
        pixels = QgsTolerance.UnitType.Pixels
        settings = QgsSnappingConfig.IndividualLayerSettings(True, both, _TOLERANCE_PX, pixels)
        wanted.setIndividualLayerSettings(layer, settings)
    return wanted


def _vertex_and_edge() -> Any:
    if hasattr(Qgis, "SnappingType"):  # QGIS 3.26 and later
        return Qgis.SnappingTypes(Qgis.SnappingType.Vertex | Qgis.SnappingType.Segment)
    flags = QgsSnappingConfig.SnappingTypes
    return flags(flags.VertexFlag | flags.SegmentFlag)


def _snapped_by_planner(project: QgsProject, own: QgsSnappingConfig) -> list[QgsVectorLayer]:
    if not own.enabled():
        return []
    layers = [layer for layer in project.mapLayers().values() if isinstance(layer, QgsVectorLayer)]
    layers = [layer for layer in layers if layer.geometryType() in _SNAPPABLE]
    if own.mode() == _Modes.AllLayers:
        return layers
    if own.mode() == _Modes.AdvancedConfiguration:
        return [layer for layer in layers if own.individualLayerSettings(layer).enabled()]
    return []
