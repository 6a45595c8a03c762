"""Gestures on street-lanes: pure functions from lanes to a :class:`LaneEdit`, or an ``InputError`` that says why not.

``lanes`` are Rows with ``code``, ``name``, ``state`` and MultiLineString geometry in metres: all that lie around.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.pairs import connected_groups
from gridmgmt_plugin.core.lanes.lane_edit import (
    SHARED_M,
    LaneEdit,
    as_shapes,
    joined_lines,
    named,
    proven,
)
from gridmgmt_plugin.core.lanes.options import LaneOptions
from gridmgmt_plugin.core.rows import Rows

_SUMMED = ("courtyards", "households", "shops")


def make(lanes: Rows, pieces: np.ndarray, values: Mapping[str, Any], options: LaneOptions) -> LaneEdit:
    """Make one lane of pieces of street.

    :param pieces: object array of lines, in any order and direction.
    :raises InputError: ``lane_nothing_picked``, ``lane_without_length``, ``lane_pieces_apart``,
        ``lane_segment_taken``.
    """
    line = _one_line(pieces, options)
    return proven(
        lanes,
        LaneEdit(
            "lane_make",
            added_shapes=as_shapes(line),
            added_from=np.array([-1]),
            added_values=(dict(values),),
        ),
    )


def add(lanes: Rows, at: int, pieces: np.ndarray, options: LaneOptions) -> LaneEdit:
    """Add pieces of street that are in no lane to a lane.

    :raises InputError: as :func:`make`.
    """
    _drawn(pieces)
    line = _one_line(np.append(pieces, lanes.shapes[at]), options)
    return proven(lanes, LaneEdit("lane_add", changed=np.array([at]), changed_shapes=as_shapes(line)))


def remove(lanes: Rows, at: int, pieces: np.ndarray, options: LaneOptions) -> LaneEdit:
    """Take pieces out of a lane; they are in no lane afterwards.

    :param pieces: object array of lines on the lane.
    :raises InputError: ``lane_nothing_picked``, ``lane_piece_elsewhere``, ``lane_would_be_empty``,
        ``lane_pieces_apart``.
    """
    _drawn(pieces)
    whole: shapely.Geometry = lanes.shapes[at]
    gone: shapely.Geometry = shapely.union_all(pieces)
    rest: shapely.Geometry = shapely.difference(whole, gone)
    whole_m, rest_m, gone_m = (float(shapely.length(shape)) for shape in (whole, rest, gone))
    if whole_m - rest_m < gone_m - SHARED_M:
        raise InputError("lane_piece_elsewhere", name=named(lanes, at))
    if rest_m <= SHARED_M:
        raise InputError("lane_would_be_empty", name=named(lanes, at))
    line = _one_line(as_shapes(rest), options)
    return proven(lanes, LaneEdit("lane_remove", changed=np.array([at]), changed_shapes=as_shapes(line)))


def merge(lanes: Rows, members: Sequence[int], options: LaneOptions, keeper: int | None = None) -> LaneEdit:
    """Make several lanes one. The ``keeper``, else the longest (of equal ones the first code), keeps code and name.

    Houses, households and shops are added up, the numbers of houses span both, other names become aliases.

    :raises InputError: ``lane_merge_too_few``, ``lane_pieces_apart``.
    """
    if len(members) < 2:
        raise InputError("lane_merge_too_few")
    length_m = np.round(shapely.length(lanes.shapes), 3)
    order = sorted(members, key=lambda at: (-length_m[at], str(lanes["code"][at])))
    stays = order[0] if keeper is None else keeper
    ended = [at for at in order if at != stays]
    line = _one_line(lanes.shapes[np.array(order)], options)
    return proven(
        lanes,
        LaneEdit(
            "lane_merge",
            changed=np.array([stays]),
            changed_shapes=as_shapes(line),
            ended=np.array(ended, dtype=np.int64),
            values={stays: _together(lanes, [stays, *ended])},
        ),
    )


def reverse(lanes: Rows, at: int) -> LaneEdit:
    """Let a lane run the other way: the line is turned, from and to change places."""
    parts = shapely.reverse(shapely.get_parts(lanes.shapes[at]))[::-1]
    turned = {"from_place": lanes["to_place"][at], "to_place": lanes["from_place"][at]}
    return LaneEdit(
        "lane_reverse",
        changed=np.array([at]),
        changed_shapes=as_shapes(shapely.multilinestrings(parts)),
        values={at: turned},
    )


def draw(lanes: Rows, line: shapely.LineString, values: Mapping[str, Any], options: LaneOptions) -> LaneEdit:
    """Make a lane of a line drawn by hand.

    :raises InputError: as :func:`make`.
    """
    made = make(lanes, as_shapes(line), values, options)
    return LaneEdit(
        "lane_draw", added_shapes=made.added_shapes, added_from=made.added_from, added_values=made.added_values
    )


def extend(lanes: Rows, line: shapely.LineString, options: LaneOptions, within_m: float) -> tuple[int, LaneEdit]:
    """Lengthen the lane at whose end a drawn line begins or ends; return its position and the edit.

    :param within_m: how near to the end of the lane the line must begin.
    :raises InputError: ``lane_without_length``, ``lane_no_end_here``, ``lane_segment_taken``.
    """
    _drawn(as_shapes(line))
    ends = shapely.points(shapely.get_coordinates(line)[[0, -1]])
    best: tuple[float, int, int, shapely.Point] | None = None
    for at in range(len(lanes)):
        parts = shapely.get_parts(lanes.shapes[at])
        loose = shapely.get_parts(shapely.boundary(shapely.multilinestrings(parts))) if len(parts) else parts
        for place in loose:
            for end in (0, 1):
                found = (float(shapely.distance(ends[end], place)), at, end, place)
                best = found if best is None or found[:3] < best[:3] else best
    if best is None or best[0] > within_m:
        raise InputError("lane_no_end_here")
    _, at, end, place = best
    coordinates = shapely.get_coordinates(line)
    coordinates[0 if end == 0 else -1] = shapely.get_coordinates(place)[0]
    edit = add(lanes, at, as_shapes(shapely.linestrings(coordinates)), options)
    return at, LaneEdit("lane_extend", changed=edit.changed, changed_shapes=edit.changed_shapes)


def abolish(members: Sequence[int]) -> LaneEdit:
    """End lanes; their rows stay as history, their ground is in no lane any more.

    :raises InputError: ``lane_nothing_picked``.
    """
    if not len(members):
        raise InputError("lane_nothing_picked")
    return LaneEdit("lane_abolish", ended=np.array(sorted(members), dtype=np.int64))


def _drawn(pieces: np.ndarray) -> None:
    """Do nothing when there is a piece and every one has a length.

    :raises InputError: ``lane_nothing_picked``, ``lane_without_length``.
    """
    if len(pieces) == 0:
        raise InputError("lane_nothing_picked")
    if (shapely.length(pieces) <= SHARED_M).any():
        raise InputError("lane_without_length")


def _one_line(pieces: np.ndarray, options: LaneOptions) -> shapely.MultiLineString:
    """Return pieces as the line of one lane: carriageways and interrupted stretches may lie apart a little.

    :raises InputError: ``lane_nothing_picked``, ``lane_without_length``, ``lane_pieces_apart``.
    """
    _drawn(pieces)
    line = joined_lines(pieces)
    parts = shapely.get_parts(line)
    one, two = shapely.STRtree(parts).query(parts, predicate="dwithin", distance=options.join_gap_m)
    groups = connected_groups(len(parts), one, two)
    if groups.max(initial=0) > 0:
        raise InputError("lane_pieces_apart", parts=int(groups.max()) + 1, gap=f"{options.join_gap_m:.0f}")
    return line


def _together(lanes: Rows, members: Sequence[int]) -> dict[str, Any]:
    """Return what the first of the members carries once it is all of them."""
    found: dict[str, Any] = {}
    for column in _SUMMED:
        known = [lanes[column][at] for at in members if column in lanes and lanes[column][at] is not None]
        if known:
            found[column] = sum(int(value) for value in known)
    for column, pick in (("house_no_min", min), ("house_no_max", max)):
        known = [str(lanes[column][at]) for at in members if column in lanes and lanes[column][at]]
        if known:
            found[column] = pick(known, key=_house)
    own = lanes["name"][members[0]]
    others = [lanes["alias"][members[0]] if "alias" in lanes else None, *(lanes["name"][at] for at in members[1:])]
    alias = [name for name in dict.fromkeys(others) if name and name != own]
    if alias:
        found["alias"] = "/".join(alias)
    return found


def _house(text: str) -> tuple[int, str]:
    digits = "".join(sign for sign in text if sign.isdigit())
    return int(digits or 0), text
