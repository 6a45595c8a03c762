"""Fills the discs of the cases from what the tree has counted, so that the window lives on.

Where unit grids lie is read from a file in short turns, and from a database behind the window.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import QgsFeatureRequest, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QTimer

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.gui.frame.background_call import BackgroundCall
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.map.clusters import Place, cluster_layer, fill_clusters
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.light.places import UNIT_GRID, Summary
from gridmgmt_plugin.workspace.location import Location, PostgresLocation
from gridmgmt_plugin.workspace.postgis.light_reading import middles_of_unit_grids

_CELLS_A_TURN = 3000


class CaseClusters:
    """One filling at a time; a newer one replaces one that is under way."""

    def __init__(self) -> None:
        self._turn = QTimer()
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._go_on)
        self._rows: Iterator[Any] = iter(())
        self._counts: dict[str, int] = {}
        self._places: list[Place] = []
        self._reading: BackgroundCall | None = None

    def fill(self, summary: Summary, location: Location) -> None:
        """Begin to put the numbers of cases on the map."""
        layer = shown_layer(QgsProject.instance(), "unit_grid")
        if layer is None or cluster_layer(QgsProject.instance()) is None:
            return
        self.stop()
        self._counts = {
            place.code: place.figures.cases
            for place in summary.places
            if place.level == UNIT_GRID and place.figures.cases
        }
        self._places = []
        if isinstance(location, PostgresLocation):
            title = tr("Reading the grid tree")
            self._reading = BackgroundCall(title, location, middles_of_unit_grids, self._found, asks_login=False)
            self._reading.start()
            return
        self._rows = _codes_and_boxes(layer)
        self._turn.start(0)

    def stop(self) -> None:
        """Let go of a filling that is under way."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        self._turn.stop()
        self._rows = iter(())

    def _found(self, middles: list[tuple[str, float, float]] | None, error: GridError | None) -> None:
        self._reading = None
        if error is not None:  # the tree tells it when it counts again; what the map shows stays until then
            return
        self._places = [(x, y, self._counts[code]) for code, x, y in middles or () if code in self._counts]
        self._end()

    def _go_on(self) -> None:
        for _ in range(_CELLS_A_TURN):
            try:
                row = next(self._rows, None)
            except _GoneError:  # what the map shows stays until the tree has counted again
                self.stop()
                return
            if row is None:
                self._end()
                return
            code, box = row
            count = self._counts.get(code)
            if count:
                middle = box.center()
                self._places.append((middle.x(), middle.y(), count))
        self._turn.start(0)

    def _end(self) -> None:
        clusters = cluster_layer(QgsProject.instance())
        if clusters is not None:
            fill_clusters(clusters, self._places)
        self._places = []


class _GoneError(Exception):
    """The rows went, or are read anew, in the middle of a filling."""


def _codes_and_boxes(layer: QgsVectorLayer) -> Iterator[Any]:
    request = QgsFeatureRequest()
    request.setSubsetOfAttributes(["code"], layer.fields())
    code = layer.fields().lookupField("code")
    rows = layer.getFeatures(request)
    for feature in rows:
        if not is_alive(layer) or code >= len(feature.attributes()):
            raise _GoneError
        yield feature[code], feature.geometry().boundingBox()
