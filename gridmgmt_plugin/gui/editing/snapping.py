"""Snapping to cells and streets while one of our tools is active; the planner's own settings stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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
    settings. Cells and streets come on top, by vertex and edge: those that are edited always, the others while the
    map shows them, as nobody wants a point that goes to a line that is not there.
    """

    def __init__(self, canvas: Any) -> None:
        self._canvas = canvas
        self._mine: Any = None
        self._before: Any = None
        self._edited: QgsVectorLayer | None = None
        self._beside: Callable[[], Iterable[QgsVectorLayer]] = tuple
        self._going: set[str] = set()  # identifiers of layers that may still be there for a moment

    def put_on(self, edited: QgsVectorLayer | None, beside: Callable[[], Iterable[QgsVectorLayer]]) -> None:
        """Snap to the layer that is edited, and to those ``beside`` it that the map shows, from now on.

        :param beside: is asked again whenever the map shows other layers.
        """
        self._edited, self._beside = edited, beside
        if self._mine is None:
            self._mine = QgsMapCanvasSnappingUtils(self._canvas, self._canvas)
            self._before = self._canvas.snappingUtils()
            self._canvas.setSnappingUtils(self._mine)
            QgsProject.instance().layersWillBeRemoved.connect(self._let_go)
            self._canvas.layersChanged.connect(self._follow)
        self._follow()

    def take_off(self) -> None:
        """Give the canvas back the engine that it had."""
        if self._mine is None:
            return
        QgsProject.instance().layersWillBeRemoved.disconnect(self._let_go)
        self._canvas.layersChanged.disconnect(self._follow)
        self._canvas.setSnappingUtils(self._before)
        self._mine.deleteLater()
        self._mine = self._before = self._edited = None
        self._beside = tuple
        self._going.clear()

    def _follow(self) -> None:
        """Snap to what the map shows now."""
        shown = self._canvas.layers()
        wanted = [layer for layer in self._beside() if layer in shown and layer.id() not in self._going]
        edited = [] if self._edited is None else [self._edited]
        self._mine.setConfig(_configuration(QgsProject.instance(), [*edited, *wanted]))

    def _let_go(self, identifiers: Sequence[str]) -> None:
        """Snap no longer to layers that go: the engine would look at them when they are gone."""
        config = self._mine.config()
        layers = QgsProject.instance().mapLayers()
        going = [layers[identifier] for identifier in identifiers if identifier in layers]
        self._going.update(identifiers)
        self._edited = None if self._edited in going else self._edited
        config.removeLayers(going)
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
