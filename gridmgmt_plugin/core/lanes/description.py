"""What follows from the line of a lane: length, direction, the streets at its ends, its office and communities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.lanes.ends import measure_shapes, name_ends
from gridmgmt_plugin.core.lanes.names import read_names
from gridmgmt_plugin.core.lanes.options import Areas, LaneOptions
from gridmgmt_plugin.core.lanes.territory import share_lengths

_NOBODY = "\N{REPLACEMENT CHARACTER}{number}"


@dataclass(frozen=True, eq=False)
class LaneFacts:
    """Of n lanes, object arrays: ``length_m``, ``direction``, ``from_place``, ``to_place``; ``street_code``, the
    office that holds most of it (``None`` outside all); ``managing_street_code``, the same where it runs along the
    boundary of two offices, else ``None``.
    """

    length_m: np.ndarray
    direction: np.ndarray
    from_place: np.ndarray
    to_place: np.ndarray
    street_code: np.ndarray
    managing_street_code: np.ndarray


def describe(
    shapes: np.ndarray,
    names: np.ndarray,
    around: np.ndarray,
    around_names: np.ndarray,
    offices: Areas,
    options: LaneOptions,
) -> LaneFacts:
    """Return what follows from the lines of lanes, as :func:`~.build.build_lanes` has it for a whole district.

    :param shapes: object array of n MultiLineStrings, metres. ``names``: n names or ``None``.
    :param around: lines of the streets and lanes that cross, with ``around_names``; what lies on the lanes
        themselves is left out.
    """
    count = len(shapes)
    parts, lane = shapely.get_parts(shapes, return_index=True)
    beside, beside_names = _beside(parts, around, around_names)
    lines = np.concatenate([parts, beside])
    # A lane without a name must not take every other nameless line for itself.
    own = [names[at] or _NOBODY.format(number=at) for at in lane.tolist()]
    known = read_names([*own, *beside_names.tolist()])
    numbers = np.arange(count, count + len(beside))
    of = np.concatenate([lane, np.where(known.named[len(parts) :], numbers, -1)]).astype(np.int64)
    held = of >= 0
    total = count + len(beside)
    length_m = np.bincount(of[held], weights=shapely.length(lines[held]), minlength=total)
    shape = measure_shapes(lines[held], of[held], total)
    ends = name_ends(lines, known, of, length_m, shape, offices, options)
    shares = share_lengths(parts, lane.astype(np.int64), count, offices, options)
    first, second = shares.first_area(count), shares.second_area(count)
    office = np.full(count, None, dtype=object)
    office[first >= 0] = offices.codes[first[first >= 0]]
    managing = office.copy()
    managing[~(shares.along & (second >= 0))] = None
    rounded = np.array([round(float(value), 2) for value in length_m[:count]], dtype=object)
    places = [_worded(column[:count], options) for column in (ends.from_place, ends.to_place)]
    return LaneFacts(rounded, ends.direction[:count], places[0], places[1], office, managing)


def _beside(parts: np.ndarray, around: np.ndarray, names: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the lines that do not lie on the lanes, with their names."""
    lines, row = shapely.get_parts(around, return_index=True)
    drawn = shapely.length(lines) > 0
    lines, row = lines[drawn], row[drawn]
    middle = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    on = np.zeros(len(lines), dtype=bool)
    on[shapely.STRtree(parts).query(middle, predicate="dwithin", distance=0.01)[0]] = True
    return lines[~on], np.asarray(names, dtype=object)[row[~on]]


def _worded(places: np.ndarray, options: LaneOptions) -> np.ndarray:
    """Return places with a word where a lane without a name crosses."""
    start = _NOBODY.format(number="")
    return np.array(
        [options.word("unnamed_road") if str(place).startswith(start) else place for place in places], dtype=object
    )
