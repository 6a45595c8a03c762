"""Pieces of street that lanes are made of: the lines of every layer that the map shows beside the lanes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from qgis.core import Qgis, QgsCoordinateTransform, QgsFeatureRequest, QgsProject, QgsRectangle, QgsVectorLayer

from gridmgmt_plugin.core.lanes.names import split_name
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.text import clean_text
from gridmgmt_plugin.editing.gestures.attributes import plain
from gridmgmt_plugin.exchange.column_roles import find_field
from gridmgmt_plugin.gui.editing.streets import street_layers
from gridmgmt_plugin.workspace.changes.row_reading import Bounds

# So many rows tell which column holds the names.
_SAMPLE = 200


@dataclass(frozen=True, eq=False)
class StreetPieces:
    """Object arrays of n pieces: ``lines`` (LineStrings), ``names`` and road ``classes``, ``None`` for nothing."""

    lines: np.ndarray
    names: np.ndarray
    classes: np.ndarray


def street_pieces(canvas: Any, lanes: QgsVectorLayer, bounds: Bounds) -> StreetPieces:
    """Return the pieces, in the frame of ``lanes``, that meet ``bounds``, of every line layer that the map shows but
    the lanes.
    """
    found: list[tuple[Any, str | None, str | None]] = []
    for layer in street_layers(canvas):
        if layer is not lanes:
            found += _taken(layer, lanes, bounds)
    return StreetPieces(*(as_column(part[at] for part in found) for at in range(3)))


def _columns_of(layer: QgsVectorLayer) -> tuple[str | None, str | None]:
    """Return the columns of a street layer that hold names and road classes, ``None`` where none does."""
    request = QgsFeatureRequest().setLimit(_SAMPLE).setFlags(QgsFeatureRequest.Flag.NoGeometry)
    features = list(layer.getFeatures(request))
    if not features:
        return None, None
    rows = Rows(
        {
            field.name(): as_column(plain(feature.attribute(at)) for feature in features)
            for at, field in enumerate(layer.fields())
        }
    )
    name = find_field(rows, "lane")
    road_class = find_field(rows, "road_class", taken=[] if name is None else [name.field])
    return (None if name is None else name.field), (None if road_class is None else road_class.field)


def _taken(
    layer: QgsVectorLayer, lanes: QgsVectorLayer, bounds: Bounds
) -> Iterator[tuple[Any, str | None, str | None]]:
    transform = QgsCoordinateTransform(layer.crs(), lanes.crs(), QgsProject.instance())
    rectangle = QgsRectangle(*bounds)
    if not transform.isShortCircuited():
        rectangle = transform.transformBoundingBox(rectangle, Qgis.TransformDirection.Reverse)
    column, class_column = _columns_of(layer)
    for feature in layer.getFeatures(QgsFeatureRequest(rectangle)):
        geometry = feature.geometry()
        if geometry.isEmpty():
            continue
        if not transform.isShortCircuited():
            geometry.transform(transform)
        # A name with a slash is two names; the piece counts for the first.
        known = split_name(plain(feature[column])) if column is not None else ()
        road_class = clean_text(plain(feature[class_column])) if class_column is not None else None
        for part in shapely.get_parts(shapely.force_2d(shapely.from_wkb(geometry.asWkb().data()))):
            yield part, known[0] if known else None, road_class or None
