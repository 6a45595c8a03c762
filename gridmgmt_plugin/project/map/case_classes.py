"""Into which classes the places of a result fall by how many cases they have, and by their rate, for its styles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from qgis.core import QgsFeatureRequest, QgsVectorLayer

from gridmgmt_plugin.core.briefing.map_drawing import count_classes
from gridmgmt_plugin.core.briefing.words import briefing_data
from gridmgmt_plugin.core.casefigures.rate_classes import rate_limits
from gridmgmt_plugin.core.written import number
from gridmgmt_plugin.project.attributes import is_null

#: Lowest and highest value of a class, both in it where no earlier class has them; its colour and its label.
Range = tuple[float, float, str, str]


def case_classes(layer: QgsVectorLayer, language: str) -> Mapping[str, Sequence[Range]]:
    """Return the classes of ``count``, and of ``rate`` where a place has one, of those columns that the layer has."""
    found: dict[str, Sequence[Range]] = {}
    if layer.fields().indexOf("count") >= 0:
        counts = np.nan_to_num(_numbers(layer, "count")).astype(np.int64)
        found["count"] = [(one.first, one.last, one.colour, one.label(language)) for one in count_classes(counts)]
    if layer.fields().indexOf("rate") >= 0:
        classes = _rate_classes(_numbers(layer, "rate"))
        found.update({"rate": classes} if classes else {})
    return found


def has_other(layer: QgsVectorLayer, column: str, value: float) -> bool:
    """Tell whether a row has another value than this one."""
    values = _numbers(layer, column)
    return bool((values[~np.isnan(values)] != value).any())


def _numbers(layer: QgsVectorLayer, column: str) -> np.ndarray:
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
    request.setSubsetOfAttributes([column], layer.fields())
    values = [feature[column] for feature in layer.getFeatures(request)]
    return np.array([np.nan if is_null(value) else float(value) for value in values], dtype=np.float64)


def _rate_classes(rates: np.ndarray) -> list[Range]:
    data = briefing_data()
    colours = data["map_colours"]
    limits = rate_limits(rates, len(colours))
    if not limits:
        return []
    tints = colours[len(colours) - len(limits) :]  # few classes take the strong colours
    bounds = zip((0.0, *limits), limits, tints)
    shown = [(low, high, tint, f"{number(low)}–{number(high)}") for low, high, tint in bounds]
    return [(0.0, 0.0, data["no_case_colour"], "0"), *shown]
