"""The unit grids of a layer as arrays, with everything that is not saved yet: what painting reads once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from qgis.core import QgsFeatureRequest, QgsVectorLayer

from gridmgmt_plugin.core.geometry.parts import as_single
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.editing.gestures.attributes import plain
from gridmgmt_plugin.editing.unanswered_reads import refuse_silent

_COUNTED = ("households", "population")


@dataclass(frozen=True, eq=False)
class UnitRows:
    """n unit grids in the order of their codes. ``fid``: int64, the layer's feature ids. ``code``, ``area_code``,
    ``grid``: object arrays of texts or ``None``; ``grid``: the scheme's responsibility grid. ``shapes``: object
    array. ``counts``: households and population, float64, not-a-number where nobody knows.
    """

    fid: np.ndarray
    code: np.ndarray
    area_code: np.ndarray
    grid: np.ndarray
    shapes: np.ndarray
    counts: dict[str, np.ndarray]


def read_units(layer: QgsVectorLayer, column: str) -> UnitRows:
    """Return the unit grids as the edit buffer has them.

    :param column: where unit grids hold the scheme's assignment.
    :raises WorkspaceError: ``editing_layer_silent``.
    """
    refuse_silent(layer)
    names = ["code", "area_code", column, *(name for name in _COUNTED if layer.fields().lookupField(name) >= 0)]
    request = QgsFeatureRequest().setSubsetOfAttributes(names, layer.fields())
    at = [layer.fields().lookupField(name) for name in names]
    fids, values, bodies = [], [], []
    for feature in layer.getFeatures(request):
        given = feature.attributes()
        fids.append(feature.id())
        values.append([plain(given[index]) for index in at])
        geometry = feature.geometry()
        bodies.append(None if geometry.isNull() else geometry.asWkb().data())
    order = sorted(range(len(fids)), key=lambda i: (values[i][0] is None, str(values[i][0]), fids[i]))
    columns = {name: as_column(values[i][k] for i in order) for k, name in enumerate(names)}
    shapes = shapely.from_wkb(as_column(bodies[i] for i in order), on_invalid="ignore")
    return UnitRows(
        fid=np.array([fids[i] for i in order], dtype=np.int64),
        code=columns["code"],
        area_code=columns["area_code"],
        grid=as_column(code or None for code in columns[column]),
        shapes=as_single(shapes),
        counts={name: _numbers(columns[name]) for name in _COUNTED if name in columns},
    )


def _numbers(column: np.ndarray) -> np.ndarray:
    return np.array([np.nan if value is None else float(value) for value in column], dtype=np.float64)
