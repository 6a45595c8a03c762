"""The hot-spot map of a workspace as a picture, laid out by QGIS: map, title, legend, scale bar, source."""

from __future__ import annotations

from pathlib import Path

from qgis.core import (
    QgsLayout,
    QgsLayoutExporter,
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutItemScaleBar,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsPrintLayout,
    QgsProject,
    QgsRectangle,
    QgsUnitTypes,
    QgsVectorLayer,
)
from qgis.PyQt.QtGui import QColor, QFont

_DPI = 150
MM = QgsUnitTypes.LayoutUnit.LayoutMillimeters


def export_map(project: QgsProject, layers: list[QgsVectorLayer], title: str, foot: str, path: Path) -> Path:
    """Write an A4 landscape picture (150 dots per inch) of ``layers``, topmost first.

    The last layer gives legend and extent.

    :raises RuntimeError: when it cannot be written.
    """
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    area = QgsLayoutItemMap(layout)
    _place(area, 8, 20, 205, 180)
    area.setLayers(layers)
    extent = layers[-1].extent()
    extent.scale(1.06)
    # A new map item has no extent to start from, and zooming keeps the ratio of the one it has.
    area.setExtent(QgsRectangle(0, 0, 205, 180))
    area.zoomToExtent(extent)
    area.setFrameEnabled(True)
    area.setFrameStrokeColor(QColor("#9aa0a6"))
    layout.addLayoutItem(area)
    _label(layout, title, 8, 6, 200, 12, 20, bold=True)
    _label(layout, foot, 8, 201, 280, 6, 8)
    legend = QgsLayoutItemLegend(layout)
    legend.setAutoUpdateModel(False)
    legend.model().rootGroup().clear()
    legend.model().rootGroup().addLayer(layers[-1])
    _place(legend, 216, 24, 75, 90)
    layout.addLayoutItem(legend)
    bar = QgsLayoutItemScaleBar(layout)
    bar.setStyle("Line Ticks Up")
    bar.setLinkedMap(area)
    bar.setUnits(QgsUnitTypes.DistanceUnit.DistanceMeters)
    bar.setUnitsPerSegment(500)
    bar.setNumberOfSegments(2)
    bar.setNumberOfSegmentsLeft(0)
    bar.setUnitLabel("m")
    _place(bar, 216, 184, 70, 14)
    layout.addLayoutItem(bar)
    # Rendered and saved by hand: exportToImage() also tries to georeference the picture, which PNG cannot hold.
    if not QgsLayoutExporter(layout).renderPageToImage(0, dpi=_DPI).save(str(path)):
        raise RuntimeError(f"the picture {path} could not be written")
    return path


def _label(
    layout: QgsLayout, text: str, x: float, y: float, width: float, height: float, size: float, *, bold: bool = False
) -> None:
    label = QgsLayoutItemLabel(layout)
    label.setText(text)
    font = QFont("Noto Sans CJK SC")
    font.setPointSizeF(size)
    font.setBold(bold)
    label.setFont(font)
    _place(label, x, y, width, height)
    layout.addLayoutItem(label)


def _place(item: object, x: float, y: float, width: float, height: float) -> None:
    item.attemptMove(QgsLayoutPoint(x, y, MM))  # type: ignore[attr-defined]
    item.attemptResize(QgsLayoutSize(width, height, MM))  # type: ignore[attr-defined]
