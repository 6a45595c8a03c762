"""Lanes as the edit buffer has them, in plain rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from qgis.core import QgsFeature, QgsFeatureRequest, QgsRectangle, QgsVectorLayer

from gridmgmt_plugin.core.lanes.lane_edit import lanes_in_use
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.editing.gestures.attributes import plain
from gridmgmt_plugin.editing.unanswered_reads import refuse_silent
from gridmgmt_plugin.workspace.changes.row_reading import Bounds


def lanes_within(layer: QgsVectorLayer, bounds: Bounds) -> Rows:
    """Return the lanes in use that meet ``bounds``, whole, unsaved ones too, in the order of their codes.

    :raises WorkspaceError: ``editing_layer_silent``.
    """
    refuse_silent(layer)
    features = list(layer.getFeatures(QgsFeatureRequest(QgsRectangle(*bounds))))
    features.sort(key=lambda feature: (str(plain(feature["code"]) or ""), feature.id()))
    rows = _rows(layer, features)
    return rows.take(lanes_in_use(rows)) if len(rows) else rows


def _rows(layer: QgsVectorLayer, features: list[QgsFeature]) -> Rows:
    records = [[plain(value) for value in feature.attributes()] for feature in features]
    names = [field.name() for field in layer.fields()]
    columns = {name: as_column(record[at] for record in records) for at, name in enumerate(names)}
    fid = np.array([feature.id() for feature in features], dtype=np.int64)
    return Rows(columns, _shapes(features), fid)


def _shapes(features: list[QgsFeature]) -> np.ndarray:
    found: list[Any] = []
    for feature in features:
        geometry = feature.geometry()
        shape = None if geometry.isEmpty() else shapely.force_2d(shapely.from_wkb(geometry.asWkb().data()))
        found.append(shape if shape is None or shape.geom_type != "LineString" else shapely.multilinestrings([shape]))
    return as_column(found)
