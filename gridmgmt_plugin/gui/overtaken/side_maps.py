"""Small maps side by side of one row: as it was, as the colleague saved it, as it is edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from qgis.core import QgsCoordinateReferenceSystem, QgsRectangle, QgsWkbTypes
from qgis.gui import QgsMapCanvas, QgsMapToolPan, QgsRubberBand
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gridmgmt_plugin.core.written import number
from gridmgmt_plugin.gui.editing.rubber import as_qgis
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import tr

_HEIGHT_PX, _AROUND, _LEAST_M = 190, 1.3, 20.0
_AROUND_COLOUR, _ROW_COLOUR, _OTHER_COLOUR = "#7b8895", "#1f8bd6", "#d92b2b"
_FILL_ALPHA = 60


@dataclass(frozen=True, eq=False)
class Picture:
    """One side: its title, the shape of the row, and the shapes that are drawn with it (``None`` = none)."""

    title: str
    shape: Any
    beside: Sequence[Any] = ()


class SideMaps(QWidget):
    """Maps that look at the same place, whichever of them is moved; what differs from the others is hatched."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._canvases: list[Any] = []
        self._labels: list[QLabel] = []
        self._bands: list[Any] = []
        self._pans: list[Any] = []
        self._is_following = False
        for _ in range(3):
            self._add_map()

    def show_pictures(self, pictures: Sequence[Picture], crs: QgsCoordinateReferenceSystem) -> None:
        """Show the sides of a row, at most three; without any shape the maps are away."""
        self._clear()
        shapes = [shape for picture in pictures for shape in (picture.shape, *picture.beside)]
        shapes = [shape for shape in shapes if shape is not None and not shape.is_empty]
        self.setVisible(bool(shapes))
        if not shapes:
            return
        extent = _extent([picture.shape for picture in pictures] if any(p.shape for p in pictures) else shapes)
        for at, canvas in enumerate(self._canvases):
            canvas.parentWidget().setVisible(at < len(pictures))
            canvas.setDestinationCrs(crs)
        for canvas, label, picture in zip(self._canvases, self._labels, pictures):
            # As many lines on all of them, so that the maps are of one height and look at the same place.
            lines = picture.title.split("\n")
            label.setText("\n".join([" · ".join(lines), measure(picture.shape)]))
            for shape in picture.beside:
                self._draw(canvas, shape, _AROUND_COLOUR, Qt.BrushStyle.NoBrush)
            self._draw(canvas, picture.shape, _ROW_COLOUR, Qt.BrushStyle.SolidPattern)
            others = [other.shape for other in pictures if other is not picture and other.shape is not None]
            self._draw(canvas, _only_here(picture.shape, others), _OTHER_COLOUR, Qt.BrushStyle.BDiagPattern)
        # A name in another script may make a line higher than the others.
        highest_px = max(label.sizeHint().height() for label in self._labels)
        for label in self._labels:
            label.setMinimumHeight(highest_px)
        self._look_at(extent)

    def _add_map(self) -> None:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        label, canvas = QLabel(page), QgsMapCanvas(page)
        canvas.setObjectName(f"gridmgmt_side_map_{len(self._canvases)}")
        canvas.setMinimumHeight(_HEIGHT_PX)
        canvas.setCanvasColor(self.palette().base().color())
        canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        explain(canvas, tr("The maps move together. Hatched is what the other version does not cover."))
        pan = QgsMapToolPan(canvas)
        canvas.setMapTool(pan)
        canvas.extentsChanged.connect(lambda: self._follow(canvas))
        column.addWidget(label)
        column.addWidget(canvas, 1)
        self._row.addWidget(page, 1)
        self._canvases.append(canvas)
        self._labels.append(label)
        self._pans.append(pan)

    def _look_at(self, extent: QgsRectangle) -> None:
        for canvas in self._canvases:
            canvas.setExtent(extent)
            canvas.refresh()

    def _follow(self, moved: Any) -> None:
        if self._is_following or not moved.isVisible():
            return
        self._is_following = True
        try:
            for canvas in self._canvases:
                if canvas is not moved:
                    canvas.setExtent(moved.extent())
                    canvas.refresh()
        finally:
            self._is_following = False

    def _draw(self, canvas: Any, shape: Any, colour: str, brush: Any) -> None:
        if shape is None or shape.is_empty:
            return
        geometry = as_qgis(shape)
        band = QgsRubberBand(canvas, geometry.type())
        band.setToGeometry(geometry, None)
        fill = QColor(colour)
        if brush == Qt.BrushStyle.SolidPattern:
            fill.setAlpha(_FILL_ALPHA)
        band.setStrokeColor(QColor(colour))
        band.setFillColor(fill)
        band.setBrushStyle(brush)
        band.setWidth(2)
        if geometry.type() == QgsWkbTypes.GeometryType.PointGeometry:
            band.setIconSize(12)
        self._bands.append(band)

    def _clear(self) -> None:
        for band in self._bands:
            band.scene().removeItem(band)
        self._bands = []


def measure(shape: Any) -> str:
    """Return the measure of a shape: m² of an area, metres of a line, "–" where there is none."""
    if shape is None or shape.is_empty:
        return "–"
    if shape.area > 0:
        return tr("{area} m²", area=f"{shape.area:,.1f}")
    if shape.length > 0:
        return tr("{length} m", length=number(shape.length))
    return f"{shape.centroid.x:.2f}, {shape.centroid.y:.2f}"


def _only_here(shape: Any, others: Sequence[Any]) -> Any:
    """Return what no other side has of a shape, or what is not in all of them; nothing of points."""
    if shape is None or not others or not (shape.area or shape.length):
        return None
    common = shapely.intersection_all(np.array([shapely.make_valid(other) for other in others], dtype=object))
    only = shapely.difference(shapely.make_valid(shape), common)
    parts = [part for part in shapely.get_parts(only) if part.area > 0 or (shape.area == 0 and part.length > 0)]
    return shapely.union_all(parts) if parts else None


def _extent(shapes: Sequence[Any]) -> QgsRectangle:
    bounds = shapely.total_bounds(np.array([shape for shape in shapes if shape is not None], dtype=object))
    extent = QgsRectangle(*(float(value) for value in bounds))
    extent.scale(_AROUND)
    if max(extent.width(), extent.height()) < _LEAST_M:
        extent.grow(_LEAST_M)
    return extent
