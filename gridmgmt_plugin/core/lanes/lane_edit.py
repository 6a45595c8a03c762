"""What a gesture on street-lanes does: plain values, proven before they are returned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.columns import days, texts
from gridmgmt_plugin.core.duty.times import CATALOGUE as DUTY
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column

#: Lines that share more than this are drawn on each other; rounding shares less.
SHARED_M = 0.05
#: The states that our own acts give a lane: made, and abolished. All others are set by people.
IN_USE, ABOLISHED = "在用", "撤销"
_NOBODY = np.empty(0, dtype=np.int64)
_NOTHING = np.empty(0, dtype=object)


@dataclass(frozen=True, eq=False)
class LaneEdit:
    """What one gesture does to n lanes.

    ``kind``: what the planner did (``lane_split`` …). ``changed``: int64 positions of lanes that get the lines
    ``changed_shapes`` (MultiLineString, metres). ``added_shapes``: lines of new lanes, with ``added_from``, the
    position of the lane whose ground each was, −1 for none, and ``added_values``. ``ended``: int64 positions of lanes
    that are no more. ``values``: position → columns that change beside the line.
    """

    kind: str
    changed: np.ndarray = field(default_factory=lambda: _NOBODY)
    changed_shapes: np.ndarray = field(default_factory=lambda: _NOTHING)
    added_shapes: np.ndarray = field(default_factory=lambda: _NOTHING)
    added_from: np.ndarray = field(default_factory=lambda: _NOBODY)
    added_values: tuple[Mapping[str, Any], ...] = ()
    ended: np.ndarray = field(default_factory=lambda: _NOBODY)
    values: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


def gone_states() -> frozenset[str]:
    """Return the states of a lane that is no more."""
    return frozenset(load_json(DUTY)["lane_gone_states"])


def lanes_that_are(lanes: Rows) -> np.ndarray:
    """Tell which lanes are still there, drawn or not: bool (n,). Those are gone that were abolished, and those whose
    last day (``valid_to``) is over; one that only begins later is there.
    """
    is_over = days(lanes, "valid_to") < np.datetime64(clock.today(), "D")
    return np.asarray(~(np.isin(lanes["state"].astype(str), sorted(gone_states())) | is_over))


def lanes_on(lanes: Rows, day: np.datetime64) -> np.ndarray:
    """Tell which lanes are there on a day: bool (n,). One that was abolished was there until its last day."""
    return lanes_during(lanes, day, day)


def lanes_during(lanes: Rows, first: np.datetime64, last: np.datetime64) -> np.ndarray:
    """Tell which lanes are there on some day from ``first`` to ``last``: bool (n,)."""
    begins, ends = days(lanes, "valid_from"), days(lanes, "valid_to")
    gone = np.isin(texts(lanes, "state").astype(str), sorted(gone_states()))
    there = (np.isnat(begins) | (begins <= last)) & (np.isnat(ends) | (ends >= first))
    return np.asarray(there & ~(gone & np.isnat(ends)))


def lanes_in_use(lanes: Rows) -> np.ndarray:
    """Tell which lanes are in use and drawn: bool (n,)."""
    return np.asarray(lanes_that_are(lanes) & _drawn(lanes))


def lanes_drawn_on(lanes: Rows, day: np.datetime64) -> np.ndarray:
    """Tell which lanes are there on a day and drawn: bool (n,)."""
    return np.asarray(lanes_on(lanes, day) & _drawn(lanes))


def _drawn(lanes: Rows) -> np.ndarray:
    return np.asarray(~(shapely.is_missing(lanes.shapes) | shapely.is_empty(lanes.shapes)))


def joined_lines(lines: np.ndarray) -> shapely.MultiLineString:
    """Return lines as one MultiLineString: those that go on in each other are one part, none lies on another.

    :param lines: object array of lines or their collections, none without length.
    """
    parts = shapely.get_parts(shapely.line_merge(shapely.union_all(shapely.get_parts(lines))))
    return shapely.multilinestrings(parts[shapely.length(parts) > 0])


def proven(lanes: Rows, edit: LaneEdit) -> LaneEdit:
    """Return the edit when it leaves every piece of street in one lane at most.

    :raises InputError: ``lane_without_length``; ``lane_segment_taken`` naming the lanes that have the ground.
    """
    shapes = np.concatenate([edit.changed_shapes, edit.added_shapes])
    if len(shapes) and (shapely.length(shapes) <= SHARED_M).any():
        raise InputError("lane_without_length")
    stays = lanes_in_use(lanes)
    stays[edit.changed] = stays[edit.ended] = False
    other = np.flatnonzero(stays)
    mine, near = shapely.STRtree(lanes.shapes[other]).query(shapes, predicate="intersects").reshape(2, -1)
    common_m = shapely.length(shapely.intersection(shapes[mine], lanes.shapes[other[near]]))
    taken = np.unique(other[near[common_m > SHARED_M]])
    if len(taken):
        raise InputError("lane_segment_taken", names=listing(named(lanes, at) for at in taken.tolist()))
    for at in range(len(shapes)):
        common_m = shapely.length(shapely.intersection(shapes[at], shapes[at + 1 :]))
        if (common_m > SHARED_M).any():
            raise InputError("lane_segment_taken", names="–")
    return edit


def named(lanes: Rows, at: int) -> str:
    """Return what a lane is called in a sentence."""
    return f"{lanes['name'][at] or '–'} ({lanes['code'][at] or '–'})"


def as_shapes(*shapes: shapely.Geometry) -> np.ndarray:
    """Return shapes as an object array."""
    return as_column(shapes)
