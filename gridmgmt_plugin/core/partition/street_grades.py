"""How major a street is, from its class or, where only names are known, from how the name ends; and which street
runs along which segment of the arrangement.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.segments import SharedSegments
from gridmgmt_plugin.core.partition.inputs import CleanInput
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.value_words import grade_of_class

_CATALOGUE = "catalogues/road_classes.json"


def grade_of_streets(names: Iterable[Any], classes: Iterable[Any] | None = None) -> np.ndarray:
    """Return the grade of each street, int8: 0 lane or unknown … 4 expressway.

    ``names``, ``classes``: texts or ``None``, of equal length. A known class decides (OSM highway values, the Chinese
    classes); else an exact name of the catalogue, else the longest known ending of the name, without 辅路, 东段 and
    the like. A name that holds two roads (``甲街/乙路``) takes the more major one.
    """
    wanted = list(names)
    known: list[Any] = [None] * len(wanted) if classes is None else list(classes)
    return np.array([_grade(_text(name), _text(value)) for name, value in zip(wanted, known)], dtype=np.int8)


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


@lru_cache(maxsize=8192)
def _grade(name: str, road_class: str) -> int:
    catalogue = load_json(_CATALOGUE)
    by_class = grade_of_class(road_class)
    if by_class is not None:
        return by_class
    for separator in catalogue["separators"]:
        name = name.replace(separator, "\n")
    return max((_grade_of_name(part.strip(), catalogue) for part in name.split("\n")), default=0)


def _grade_of_name(name: str, catalogue: dict[str, Any]) -> int:
    for suffix in catalogue["trailing"]:
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            name = name[: -len(suffix)]
    if name in catalogue["names"]:
        return int(catalogue["names"][name])
    matching = [(len(ending), grade) for ending, grade in catalogue["endings"] if name.endswith(ending)]
    return int(max(matching)[1]) if matching else 0


def segment_grades(segments: SharedSegments, wanted: np.ndarray, clean: CleanInput, precision_m: float) -> np.ndarray:
    """Return the highest grade of a street along each segment, int8; −1 where none is or not ``wanted``.

    Noding moves a line by less than the precision, so the street is looked for that close to the middle of the
    segment.
    """
    grade = np.full(len(segments.left), -1, dtype=np.int8)
    position = np.flatnonzero(wanted)
    if len(position) == 0 or len(clean.streets) == 0:
        return grade
    x, y = segments.midpoints()[position].T
    reach = 1.5 * precision_m
    boxes = shapely.box(x - reach, y - reach, x + reach, y + reach)
    pieces, street = _straight_pieces(clean.streets)
    box, piece = shapely.STRtree(pieces).query(boxes, predicate="intersects")
    np.maximum.at(grade, position[box], clean.street_grade[street[piece]])
    return grade


def _straight_pieces(lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the straight pieces of LineStrings and the line of each (int64): a street through the whole district
    lies near everything as long as it is one shape.
    """
    points, line = shapely.get_coordinates(lines, return_index=True)
    goes_on = line[1:] == line[:-1]
    pairs = np.stack([points[:-1][goes_on], points[1:][goes_on]], axis=1)
    return np.asarray(shapely.linestrings(pairs)), line[:-1][goes_on].astype(np.int64)
