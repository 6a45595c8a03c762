"""What is printed: a row of ready texts for every page, and what its map shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.papers.kinds import paper_data
from gridmgmt_plugin.core.rows import Rows

#: How codes are listed in one text, so that a part of another code is never found.
SEPARATOR = ","


@dataclass(frozen=True, eq=False)
class Pages:
    """``rows``: a page each, the columns of the catalogue as texts, and as geometry the ground that the map shows.
    ``names``: what the file of a page is called. ``lanes``: ``code``, ``name`` and lines of all lanes in use.
    ``areas``: outlines of the communities. ``notes``: what the planner should know.
    """

    rows: Rows
    names: Sequence[str]
    lanes: Rows
    areas: Rows
    notes: Sequence[Message] = ()


def listed_codes(codes: Iterable[str]) -> str:
    """Return codes as one text in which each stands between separators."""
    inside = SEPARATOR.join(codes)
    return f"{SEPARATOR}{inside}{SEPARATOR}" if inside else ""


def views(shapes: np.ndarray) -> np.ndarray:
    """Return the ground that a map of each shape shows: a rectangle around it and its nearest neighbours."""
    data = paper_data()
    west, south, east, north = shapely.bounds(shapes).T
    middle_x, middle_y = (west + east) / 2.0, (south + north) / 2.0
    margin = 1.0 + 2.0 * float(data["margin"])
    half_x = np.maximum((east - west) * margin, float(data["least_view_m"])) / 2.0
    half_y = np.maximum((north - south) * margin, float(data["least_view_m"])) / 2.0
    return np.asarray(shapely.box(middle_x - half_x, middle_y - half_y, middle_x + half_x, middle_y + half_y))
