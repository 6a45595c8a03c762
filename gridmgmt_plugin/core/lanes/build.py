"""Street segments in, the lane inventory out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.layout import default_layout
from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.lanes.codes import assign_codes, order_lanes
from gridmgmt_plugin.core.lanes.ends import LaneEnds, LaneShape, measure_shapes, name_ends
from gridmgmt_plugin.core.lanes.names import SegmentNames, read_names
from gridmgmt_plugin.core.lanes.network import join_segments
from gridmgmt_plugin.core.lanes.options import Areas, LaneOptions
from gridmgmt_plugin.core.lanes.territory import Shares, share_lengths
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column, is_null


@dataclass(frozen=True)
class LaneSet:
    """The lane inventory of a district.

    ``lanes``: Rows of ``code``, ``name``, ``road_class``, ``from_place``, ``to_place``, ``direction``, ``length_m``,
    ``street_code``, ``managing_street_code`` (set where the lane runs along the boundary of two street offices:
    the office with the longer share, of equal shares the smaller code, for the planner to confirm) with
    MultiLineString geometry, in code order.
    ``lane_areas``: Rows of ``lane_code``, ``area_code``, ``length_m``.
    ``segment_lane``: int64 per input row, position in ``lanes``, −1 for a row that is in no lane.
    ``notes``: what the planner should know or look at.
    """

    lanes: Rows
    lane_areas: Rows
    segment_lane: np.ndarray
    notes: tuple[Message, ...]


def build_lanes(
    geometry: np.ndarray,
    names: Sequence[Any] | np.ndarray,
    offices: Areas,
    *,
    classes: Sequence[Any] | np.ndarray | None = None,
    communities: Areas | None = None,
    register: CodeRegister | None = None,
    options: LaneOptions | None = None,
    progress: Progress | None = None,
) -> LaneSet:
    """Join street segments of one name into lanes, name their ends, measure and code them.

    One lane = the segments of one name that connect; pieces of one name that do not are different lanes. A lane's
    length is the sum of its segments as drawn (two carriageways count twice). It belongs to the street office that
    holds most of its length; lanes outside every office are left out, counted in the notes.

    :param geometry: object array of n lines (LineString or MultiLineString) in a metric frame; ``None`` allowed.
    :param names: n names; see :func:`gridmgmt_plugin.core.lanes.names.read_names`.
    :param offices: street offices (or the county where there are none) in the same frame.
    :param classes: n road classes, if known; a lane gets the class of most of its length.
    :param communities: for ``lane_areas``; without them the lanes are shared among the offices.
    :param register: the lane codes given so far, to which the new ones are added as drafts; without it a new register
        of the default layout counts from 1.
    :raises InputError: ``lanes_not_lines``, ``lanes_without_names``, ``lanes_without_areas``, and
        those of :func:`gridmgmt_plugin.core.lanes.codes.assign_codes`.
    :raises Cancelled: when the progress says so.
    """
    options = options or LaneOptions()
    progress = progress or Progress()
    geometry = np.asarray(geometry, dtype=object)
    _check_input(geometry, names, offices)
    lines, row = shapely.get_parts(geometry, return_index=True)
    drawn = shapely.length(lines) > 0
    lines, row = lines[drawn], row[drawn]
    segment_names = read_names(np.asarray(names, dtype=object)[row])
    if not segment_names.named.any():
        raise InputError("lanes_without_names", rows=len(geometry))
    progress.report(0.1)

    joined = join_segments(lines, segment_names, row, precision_m=options.precision_m, join_gap_m=options.join_gap_m)
    lane, n_lanes = joined.lane, joined.count
    mine = lane >= 0
    length_m = np.bincount(lane[mine], weights=shapely.length(lines[mine]), minlength=n_lanes)
    progress.report(0.35)

    shape = measure_shapes(lines[mine], lane[mine], n_lanes)
    ends = name_ends(lines, segment_names, lane, length_m, shape, offices, options)
    progress.report(0.55)

    office_shares = share_lengths(lines[mine], lane[mine], n_lanes, offices, options)
    progress.report(0.75)
    shares, areas = office_shares, offices
    if communities is not None and len(communities):
        shares, areas = share_lengths(lines[mine], lane[mine], n_lanes, communities, options), communities
    progress.report(0.9)

    office = office_shares.first_area(n_lanes)
    codes, order = _coded(offices, office, shape, length_m, register)
    facts = _Facts(lines, row, lane, segment_names, length_m, shape, ends, office, codes, order)
    lanes = _lane_rows(facts, offices, office_shares, _main_class(facts, classes))
    place = np.full(n_lanes + 1, -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    segment_lane = np.full(len(geometry), -1, dtype=np.int64)
    segment_lane[row] = place[lane]
    notes = _notes(geometry, facts, lanes, office_shares, offices, joined.gaps)
    progress.report(1.0)
    return LaneSet(lanes, _area_rows(facts, shares, areas), segment_lane, notes)


def _coded(
    offices: Areas, office: np.ndarray, shape: LaneShape, length_m: np.ndarray, register: CodeRegister | None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the code of each lane, ``None`` outside every office, and the lanes inside in the order of codes."""
    inside = np.flatnonzero(office >= 0)
    order = inside[order_lanes(shape.centre_x[inside], shape.centre_y[inside], length_m[inside])]
    codes = np.full(len(office), None, dtype=object)
    # An empty register is false: ask for None.
    register = CodeRegister(default_layout("lane")) if register is None else register
    codes[order] = assign_codes(offices.codes[office[order]], np.arange(len(order)), register)
    return codes, order[np.argsort(codes[order].astype(str), kind="stable")]


@dataclass(frozen=True)
class _Facts:
    """What is known of the segments (lines, row, lane, names) and of the lanes before they are put in order."""

    lines: np.ndarray
    row: np.ndarray
    lane: np.ndarray
    names: SegmentNames
    length_m: np.ndarray
    shape: LaneShape
    ends: LaneEnds
    office: np.ndarray
    codes: np.ndarray
    order: np.ndarray


def _check_input(geometry: np.ndarray, names: Sequence[Any] | np.ndarray, offices: Areas) -> None:
    if len(geometry) != len(names):
        raise ValueError(f"{len(geometry)} geometries, {len(names)} names")
    if not len(offices):
        raise InputError("lanes_without_areas")
    kind = shapely.get_type_id(geometry)
    wrong = ~np.isin(kind, (-1, shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING))
    if wrong.any():
        raise InputError("lanes_not_lines", count=int(wrong.sum()), rows=len(geometry))


def _main_class(facts: _Facts, classes: Sequence[Any] | np.ndarray | None) -> np.ndarray:
    """Return the class that holds most of each lane's length; of equal lengths the first in text order."""
    main = np.full(len(facts.length_m), None, dtype=object)
    if classes is None:
        return main
    texts = np.array(["" if c is None else str(c) for c in classes], dtype=object)[facts.row]
    counts = (facts.lane >= 0) & (texts != "")
    if not counts.any():
        return main
    values, which = np.unique(texts[counts].astype(str), return_inverse=True)
    key, group = np.unique(facts.lane[counts] * len(values) + which.reshape(-1), return_inverse=True)
    total = np.bincount(group.reshape(-1), weights=shapely.length(facts.lines[counts]))
    best_last = np.lexsort((-key, np.round(total, 3)))
    main[key[best_last] // len(values)] = values[key[best_last] % len(values)].astype(object)
    return main


def _lane_rows(facts: _Facts, offices: Areas, shares: Shares, road_class: np.ndarray) -> Rows:
    order, n_lanes = facts.order, len(facts.length_m)
    name = np.full(n_lanes, None, dtype=object)
    name[facts.lane[facts.lane >= 0]] = np.array(facts.names.names, dtype=object)[
        facts.names.primary[facts.lane >= 0]
    ]
    street = offices.codes[facts.office]
    bordering = shares.along & (shares.second_area(n_lanes) >= 0)
    managing = np.full(n_lanes, None, dtype=object)
    managing[bordering] = street[bordering]
    columns = {
        "code": facts.codes[order],
        "name": name[order],
        "road_class": road_class[order],
        "from_place": facts.ends.from_place[order],
        "to_place": facts.ends.to_place[order],
        "direction": facts.ends.direction[order],
        "length_m": as_column(float(v) for v in facts.length_m[order]),
        "street_code": street[order],
        "managing_street_code": managing[order],
    }
    return Rows(columns, _merged_lines(facts)[order])


def _merged_lines(facts: _Facts) -> np.ndarray:
    by_lane = np.argsort(facts.lane, kind="stable")
    by_lane = by_lane[facts.lane[by_lane] >= 0]
    gathered = shapely.multilinestrings(facts.lines[by_lane], indices=facts.lane[by_lane])
    parts, lane = shapely.get_parts(shapely.line_merge(gathered), return_index=True)
    return np.asarray(shapely.multilinestrings(parts, indices=lane), dtype=object)


def _area_rows(facts: _Facts, shares: Shares, areas: Areas) -> Rows:
    kept = ~is_null(facts.codes[shares.lane])
    lane, area = shares.lane[kept], shares.area[kept]
    order = np.argsort(facts.codes[lane].astype(str), kind="stable")
    return Rows(
        {
            "lane_code": facts.codes[lane][order],
            "area_code": areas.codes[area][order],
            "length_m": as_column(float(v) for v in shares.length_m[kept][order]),
        }
    )


def _notes(
    geometry: np.ndarray, facts: _Facts, lanes: Rows, shares: Shares, offices: Areas, gaps: int
) -> tuple[Message, ...]:
    notes = []
    unnamed = ~facts.names.named
    if unnamed.any():
        metres = round(float(shapely.length(facts.lines[unnamed]).sum()))
        notes.append(Message("lanes_unnamed_segments", {"count": int(unnamed.sum()), "metres": metres}))
    empty = len(geometry) - len(np.unique(facts.row))
    if empty:
        notes.append(Message("lanes_rows_without_line", {"count": empty}))
    if facts.names.several:
        notes.append(_listing("lanes_two_roads_in_a_name", facts.names.several))
    if gaps:
        notes.append(Message("lanes_gaps_bridged", {"count": gaps}))
    outside = np.flatnonzero(facts.office < 0)
    if len(outside):
        metres = round(float(facts.length_m[outside].sum()))
        notes.append(Message("lanes_outside_areas", {"count": len(outside), "metres": metres}))
    repeated, count = np.unique(lanes["name"].astype(str), return_counts=True)
    if (count > 1).any():
        notes.append(_listing("lanes_names_repeated", repeated[count > 1].tolist()))
    notes.extend(_boundary_note(facts, lanes, shares, offices))
    return tuple(notes)


def _boundary_note(facts: _Facts, lanes: Rows, shares: Shares, offices: Areas) -> list[Message]:
    second = shares.second_area(len(facts.length_m))[facts.order]
    listed = [
        f"{name} ({code}: {street}, {offices.codes[other]})"
        for name, code, street, managing, other in zip(
            lanes["name"], lanes["code"], lanes["street_code"], lanes["managing_street_code"], second
        )
        if managing is not None
    ]
    return [_listing("lanes_on_office_boundary", listed)] if listed else []


def _listing(code: str, items: Sequence[str]) -> Message:
    return Message(code, {"count": len(items), "names": listing(items)})
