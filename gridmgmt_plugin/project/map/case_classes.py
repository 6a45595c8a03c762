"""Into which classes the places of a result fall by a number or a rate that they have, for its styles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from qgis.core import QgsFeatureRequest, QgsVectorLayer

from gridmgmt_plugin.core.briefing.map_drawing import count_classes
from gridmgmt_plugin.core.briefing.words import briefing_data
from gridmgmt_plugin.core.casefigures.rate_classes import rate_limits
from gridmgmt_plugin.core.written import number
from gridmgmt_plugin.project.attributes import is_null

#: Lowest and highest value of a class, both in it where no earlier class has them; its colour and its label.
Range = tuple[float, float, str, str]


def count_ranges(layer: QgsVectorLayer, column: str) -> Sequence[Range]:
    """Return the classes of a column of whole numbers, from none to many; nothing where there is no such column."""
    if layer.fields().indexOf(column) < 0:
        return []
    classes = count_classes(np.nan_to_num(_numbers(layer, column)).astype(np.int64))
    return [(one.first, one.last, one.colour, _label(one.first, one.last)) for one in classes]


def rate_ranges(layer: QgsVectorLayer, column: str) -> Sequence[Range]:
    """Return the classes of a column of rates, from none to high; nothing where no place has one above 0."""
    if layer.fields().indexOf(column) < 0:
        return []
    data = briefing_data()
    colours = data["map_colours"]
    limits = rate_limits(_numbers(layer, column), len(colours))
    tints = colours[len(colours) - len(limits) :]  # few classes take the strong colours
    bounds = zip((0.0, *limits), limits, tints)
    shown = [(low, high, tint, _label(low, high)) for low, high, tint in bounds]
    return [(0.0, 0.0, data["no_case_colour"], "0"), *shown] if shown else []


def says_the_same(layer: QgsVectorLayer, column: str, other: str) -> bool:
    """Tell whether two columns hold the same numbers: a rate of cases divided by nothing is their count."""
    if layer.fields().indexOf(column) < 0 or layer.fields().indexOf(other) < 0:
        return False
    return bool(np.array_equal(_numbers(layer, column), _numbers(layer, other), equal_nan=True))


def has_other(layer: QgsVectorLayer, column: str, value: float) -> bool:
    """Tell whether a row has another value than this one."""
    values = _numbers(layer, column)
    return bool((values[~np.isnan(values)] != value).any())


def _label(low: float, high: float) -> str:
    return number(low) if low == high else f"{number(low)}–{number(high)}"


def _numbers(layer: QgsVectorLayer, column: str) -> np.ndarray:
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
    request.setSubsetOfAttributes([column], layer.fields())
    values = [feature[column] for feature in layer.getFeatures(request)]
    return np.array([np.nan if is_null(value) else float(value) for value in values], dtype=np.float64)
