"""Responsibility grids from unit grids: groups that hang together, carry the same load and are compact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

from gridmgmt_plugin.core.geometry.adjacency import Adjacency
from gridmgmt_plugin.core.grouping.group_numbers import spatial_order
from gridmgmt_plugin.core.grouping.problem import Prepared, prepare
from gridmgmt_plugin.core.grouping.search import search
from gridmgmt_plugin.core.grouping.today import continued
from gridmgmt_plugin.core.grouping.wishes import Wishes
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress


@dataclass(frozen=True)
class Grouping:
    """Groups 0 … k-1 of n units.

    ``label``: int64 (n,), group of each unit; groups are numbered zone by zone, west to east in bands from north
    to south. ``zone``: int64 (k,). ``unit_count``: int64 (k,). ``weight``: float64 (k,). ``deviation``: float64
    (k,), weight relative to the mean of all groups, minus 1. ``max_deviation``: the largest of them, without sign.
    ``heavy``: bool (k,), groups with a unit that alone weighs more than a group may (a lake, a campus).
    ``fair_deviation``: float64 (k,), weight relative to the mean of the groups without such a unit, minus 1: by this
    the tolerance is to be judged, of the groups that are not heavy.
    ``zone_deviation``: the same against the mean of the group's own connected part: what balancing could do,
    where zones are too small to be cut into equal shares; heavy groups left aside. ``contiguous``: bool (k,).
    ``border_m``: total border between groups of one zone, along barriers too. ``why``: per group the message code of
    the reason why it is outside the tolerance, None = it is not. ``continues``: int64 (k,), the group of today that
    it continues, −1 = none. ``moved``: units whose group does not continue the one that they are in today. ``notes``:
    what the planner should know.
    """

    label: np.ndarray
    zone: np.ndarray
    unit_count: np.ndarray
    weight: np.ndarray
    deviation: np.ndarray
    max_deviation: float
    heavy: np.ndarray
    fair_deviation: np.ndarray
    zone_deviation: float
    contiguous: np.ndarray
    border_m: float
    why: tuple[Optional[str], ...]
    continues: np.ndarray
    moved: int
    notes: tuple[Message, ...]


def group_units(
    weights: np.ndarray,
    points: np.ndarray,
    areas_m2: np.ndarray,
    adjacency: Adjacency,
    zones: np.ndarray,
    *,
    count: int | None = None,
    units_per_grid: float | None = None,
    tolerance: float = 0.1,
    seed: int = 0,
    zone_names: Sequence[str] | None = None,
    wishes: Wishes | None = None,
    progress: Progress | None = None,
) -> Grouping:
    """Cut units into groups that hang together, cross no zone and carry about the same weight.

    Either ``count`` groups or one group per ``units_per_grid`` units. Groups are distributed over zones in
    proportion to weight, at least one to every part of a zone that does not hang together with the rest. A unit
    without weight is grouped by place. Within ``tolerance`` (fraction of the mean) compact groups, and units that
    stay where they are, are preferred to an even finer balance; outside it balance comes first. Equal input and
    ``seed`` give equal groups, unless the planner ends the search with the best so far (``wishes.is_enough``).

    :param weights: float (n,), not negative; all 0 = every unit counts 1, with a note.
    :param points: float (n, 2), a point per unit (centroid), metres.
    :param areas_m2: float (n,), positive.
    :param zones: int (n,); ``zone_names[zone]``, if given, names zones in messages.
    :raises ValueError: when the arrays differ in length, or a point, an area or a seed cannot be.
    :raises InputError: ``grouping_no_units``, ``grouping_weight_invalid``, ``grouping_tolerance_invalid``,
        ``grouping_count_or_size``, ``grouping_count_invalid``, ``grouping_size_invalid``, ``grouping_stay_invalid``,
        ``grouping_too_many_groups``, ``grouping_too_few_groups``, ``grouping_too_many_seeds``.
    """
    zone, area_m2 = np.asarray(zones, dtype=np.int64), np.asarray(areas_m2, dtype=np.float64)
    if len(area_m2) != len(zone) or not (area_m2 > 0).all():
        raise ValueError("every unit needs a positive area")
    wishes = wishes or Wishes()
    prepared = prepare(weights, points, adjacency, zone, count, units_per_grid, tolerance, zone_names, wishes)
    stop = _Stop(wishes.is_enough)
    label = search(prepared.problem, seed, wishes.on_best, progress or Progress(), stop)
    number = spatial_order(label, prepared.problem.points, area_m2, zone)
    return _result(prepared, number[label], zone, adjacency, wishes, tolerance, was_stopped=stop.was_asked)


class _Stop:
    """Asks the planner whether the best so far shall do, and remembers a yes."""

    def __init__(self, is_enough: Callable[[], bool] | None) -> None:
        self._is_enough, self.was_asked = is_enough, False

    def __call__(self) -> bool:
        self.was_asked = self.was_asked or (self._is_enough is not None and self._is_enough())
        return self.was_asked


def _result(
    prepared: Prepared,
    label: np.ndarray,
    zone: np.ndarray,
    adjacency: Adjacency,
    wishes: Wishes,
    tolerance: float,
    *,
    was_stopped: bool,
) -> Grouping:
    groups = int(label.max()) + 1
    weight = np.bincount(label, weights=prepared.weight, minlength=groups)
    deviation = weight / weight.mean() - 1.0
    heavy = np.bincount(label, weights=prepared.heavy, minlength=groups) > 0
    others = ~heavy if not heavy.all() else heavy
    fair = weight[others].mean()
    fair_deviation = weight / fair - 1.0 if fair > 0 else np.zeros(groups)
    first = np.unique(label, return_index=True)[1]
    part = prepared.problem.part[first]
    worst = float(np.abs(fair_deviation[others]).max())
    today = np.full(len(label), -1, dtype=np.int64) if wishes.today is None else np.asarray(wishes.today)
    continues = continued(label, today)
    stopped = [Message("grouping_stopped_early")] if was_stopped else []
    return Grouping(
        label=label,
        zone=zone[first],
        unit_count=np.bincount(label, minlength=groups),
        weight=weight,
        deviation=deviation,
        max_deviation=float(np.abs(deviation).max()),
        heavy=heavy,
        fair_deviation=fair_deviation,
        zone_deviation=_zone_deviation(part, weight, others),
        contiguous=prepared.problem.graph.is_connected(label),
        border_m=adjacency.border_m(label, zone),
        why=_why(part, weight, fair_deviation, heavy, tolerance, was_stopped=was_stopped),
        continues=continues,
        moved=int(((today >= 0) & (continues[label] != today)).sum()),
        notes=(*stopped, *prepared.notes, *_heavy_note(prepared, worst)),
    )


def _zone_deviation(part: np.ndarray, weight: np.ndarray, others: np.ndarray) -> float:
    """Return the largest deviation of a group from the mean of its own part, heavy groups left aside."""
    part, weight = part[others], weight[others]
    number = np.maximum(np.bincount(part), 1)
    mean = (np.bincount(part, weights=weight) / number)[part]
    return float(np.abs((weight - mean) / np.where(mean > 0, mean, 1.0)).max())


def _why(
    part: np.ndarray,
    weight: np.ndarray,
    deviation: np.ndarray,
    heavy: np.ndarray,
    tolerance: float,
    *,
    was_stopped: bool,
) -> tuple[Optional[str], ...]:
    """Return for every group outside the tolerance the code of the reason."""
    others = ~heavy if not heavy.all() else heavy
    number = np.bincount(part, minlength=int(part.max()) + 1)
    free = np.maximum(np.bincount(part[others], minlength=len(number)), 1)
    mean = np.bincount(part[others], weights=weight[others], minlength=len(number)) / free
    fair = weight[others].mean() or 1.0
    off = np.abs(mean / fair - 1.0) > tolerance + 1e-9
    reasons: list[Optional[str]] = []
    for group, where in enumerate(part.tolist()):
        if abs(deviation[group]) <= tolerance + 1e-9:
            reasons.append(None)
        elif heavy[group]:
            reasons.append("grouping_why_heavy")
        elif number[where] == 1:
            reasons.append("grouping_why_alone")
        else:
            rest = "grouping_why_stopped" if was_stopped else "grouping_why_coarse"
            reasons.append("grouping_why_part" if off[where] else rest)
    return tuple(reasons)


def _heavy_note(prepared: Prepared, worst: float) -> list[Message]:
    count = int(prepared.heavy.sum())
    if count == 0:
        return []
    times = float(prepared.weight.max()) / prepared.fair_weight
    details = {"count": count, "times": f"{times:.1f}", "rest_percent": f"{100 * worst:.1f}"}
    return [Message("grouping_heavy_units", details)]
