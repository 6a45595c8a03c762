"""Which street runs along which segment of the arrangement."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.segments import SharedSegments
from gridmgmt_plugin.core.partition.inputs import CleanInput


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
    box, street = shapely.STRtree(clean.streets).query(boxes, predicate="intersects")
    np.maximum.at(grade, position[box], clean.street_grade[street])
    return grade
