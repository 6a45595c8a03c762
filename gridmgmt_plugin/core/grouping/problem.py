"""What is to be grouped, checked and put into arrays: units, weights, parts that hang together, groups per part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Optional

import numpy as np

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.adjacency import Adjacency
from gridmgmt_plugin.core.grouping.barriers import close_barriers
from gridmgmt_plugin.core.grouping.group_numbers import largest_remainder
from gridmgmt_plugin.core.grouping.today import homes
from gridmgmt_plugin.core.grouping.wishes import Wishes
from gridmgmt_plugin.core.messages import Message

# Units without cases weigh nothing. This share of the mean weight, given to every unit, keeps every group's
# target above 0 and grows such units into groups; it can shift a balance by no more than 0.1 %.
FLOOR_SHARE = 0.001
# A unit of so many fair groups would claim groups for its community that it cannot fill, being one: it claims one.
LAKE_SHARE = 2.0


@dataclass(frozen=True)
class Problem:
    """Units to be cut into groups, part by part; a *part* is what hangs together inside one zone.

    ``load``: float64 (n,), weight with the small floor, what is balanced. ``points``: float64 (n, 2), metres.
    ``graph``: neighbours, without pairs of different zones. ``part``: int64 (n,), part of each unit.
    ``group_part``: int64 (k,), part of each group, ascending. ``target``: float64 (k,), a fair load in that part.
    ``room``: float64 (p,), deviation from ``target`` (fraction) within which compactness comes before balance.
    ``home``: int64 (n,), the group that stands for the unit's group of today, −1 = none; ``stay``: what it costs to
    leave it, in mean borders between two units. ``seed``: int64 (k,), a unit that the group keeps, −1 = any.
    """

    load: np.ndarray
    points: np.ndarray
    graph: Adjacency
    part: np.ndarray
    group_part: np.ndarray
    target: np.ndarray
    room: np.ndarray
    home: np.ndarray
    seed: np.ndarray
    stay: float = 0.0

    @property
    def group_count(self) -> int:
        """Return the number of groups."""
        return len(self.group_part)

    @property
    def room_of_group(self) -> np.ndarray:
        """Return ``room`` for every group, float64 (k,)."""
        return np.asarray(self.room[self.group_part])

    @property
    def held(self) -> np.ndarray:
        """Return which units must not leave their group, bool (n,)."""
        held = np.zeros(len(self.load), dtype=bool)
        held[self.seed[self.seed >= 0]] = True
        return held


def scaled(problem: Problem) -> Problem:
    """Return the problem with loads in mean loads of a unit and lengths in mean borders between two, part by part.

    Where staying counts more than borders, ``stay`` is 1 and lengths are smaller, so that balance keeps its place.
    """
    i = problem.graph.pairs[:, 0]
    parts = int(problem.part.max()) + 1
    size = np.bincount(problem.part)
    mean_load = np.bincount(problem.part, weights=problem.load) / size
    total = np.bincount(problem.part[i], weights=problem.graph.shared_m, minlength=parts)
    mean_border = total / np.maximum(np.bincount(problem.part[i], minlength=parts), 1)
    mean_border[mean_border == 0] = 1.0
    most = max(problem.stay, 1.0)
    graph = replace(problem.graph, shared_m=problem.graph.shared_m / (most * mean_border[problem.part[i]]))
    return replace(
        problem,
        stay=problem.stay / most,
        graph=graph,
        load=problem.load / mean_load[problem.part],
        target=problem.target / mean_load[problem.group_part],
    )


@dataclass(frozen=True)
class Prepared:
    """A :class:`Problem`, the true weights (1 per unit where all given are 0) and what the planner should know.

    ``heavy``: bool (n,), units that weigh more than a group may; ``fair_weight``: what a group weighs when the rest
    is shared out evenly among the other groups.
    """

    problem: Problem
    weight: np.ndarray
    heavy: np.ndarray
    fair_weight: float
    notes: tuple[Message, ...]


def prepare(
    weights: np.ndarray,
    points: np.ndarray,
    adjacency: Adjacency,
    zones: np.ndarray,
    count: int | None,
    units_per_grid: float | None,
    tolerance: float,
    zone_names: Sequence[str] | None,
    wishes: Wishes,
) -> Prepared:
    """Check the input and return the problem; see :func:`gridmgmt_plugin.core.grouping.group_units`."""
    weight, zone = np.asarray(weights, dtype=np.float64), np.asarray(zones, dtype=np.int64)
    _check(weight, points, adjacency, zone, tolerance)
    wishes.check(adjacency.count, len(adjacency.pairs))
    notes: list[Message] = []
    if not (weight > 0).any():
        weight = np.ones(len(weight))
        notes.append(Message("grouping_weights_all_zero"))
    i, j = adjacency.pairs.T
    apart = zone[i] != zone[j]
    graph = adjacency.cut(apart)
    part = graph.components()
    notes += _zones_in_parts(zone[np.unique(part, return_index=True)[1]], zone_names)
    if wishes.barrier is not None and wishes.barrier.any():
        groups = count or len(weight) / max(units_per_grid or 1.0, 1.0)
        graph, crossed = close_barriers(graph, wishes.barrier[~apart], weight, float(weight.sum() / groups))
        part = graph.components()
        notes += [Message("grouping_barrier_crossed", {"count": crossed})] if crossed else []
    part_size = np.bincount(part)
    wanted, raised = _group_total(len(weight), len(part_size), count, units_per_grid)
    if raised is not None:
        notes.append(raised)
    heavy, fair_weight = heavy_units(weight, wanted, tolerance)
    floor = FLOOR_SHARE * weight.mean()
    lake = heavy & (weight >= LAKE_SHARE * fair_weight)
    claim = np.bincount(part, weights=np.where(lake, fair_weight, weight) + floor)
    share = largest_remainder(claim, part_size, wanted, _seeds_per_part(part, wishes, wanted))
    load = _balanced_load(weight, part, share, tolerance) + floor
    part_load = np.bincount(part, weights=load)
    notes += _uneven_parts(part_load / share, load.sum() / wanted, tolerance)
    group_part = np.repeat(np.arange(len(share)), share)
    today = np.full(len(load), -1) if wishes.today is None or not wishes.stay else np.asarray(wishes.today)
    home, seed = homes(part, group_part, load, today, wishes.seeds)
    problem = Problem(
        load=load,
        points=np.asarray(points, dtype=np.float64),
        graph=graph,
        part=part,
        group_part=group_part,
        target=np.repeat(part_load / share, share),
        room=_room(part_load / share, load.sum() / wanted, tolerance),
        home=home,
        seed=seed,
        stay=wishes.price,
    )
    return Prepared(problem, weight, heavy, fair_weight, tuple(notes))


def _seeds_per_part(part: np.ndarray, wishes: Wishes, wanted: int) -> np.ndarray:
    """Return how many groups each part needs at least, int64 (p,)."""
    seeds = np.bincount(part[list(wishes.seeds)], minlength=int(part.max()) + 1)
    least: np.ndarray = np.maximum(seeds, 1)
    if least.sum() > wanted:
        raise InputError("grouping_too_many_seeds", count=wanted, seeds=len(wishes.seeds), needed=int(least.sum()))
    return least


def _check(weight: np.ndarray, points: np.ndarray, adjacency: Adjacency, zone: np.ndarray, tolerance: float) -> None:
    n = adjacency.count
    if not (len(weight) == len(points) == len(zone) == n):
        raise ValueError("weights, points, zones and adjacency differ in length")
    if n == 0:
        raise InputError("grouping_no_units")
    bad = np.flatnonzero(~np.isfinite(weight) | (weight < 0))
    if len(bad):
        raise InputError("grouping_weight_invalid", count=len(bad), row=int(bad[0]) + 1, value=float(weight[bad[0]]))
    if not np.isfinite(points).all():
        raise ValueError("every unit needs a finite point")
    if not 0 <= tolerance < 1:
        raise InputError("grouping_tolerance_invalid", value=tolerance)


def _group_total(
    units: int, parts: int, count: int | None, units_per_grid: float | None
) -> tuple[int, Optional[Message]]:
    if (count is None) == (units_per_grid is None):
        raise InputError("grouping_count_or_size")
    if units_per_grid is not None:
        if not units_per_grid >= 1:
            raise InputError("grouping_size_invalid", value=units_per_grid)
        wanted = max(1, round(units / units_per_grid))
        if wanted >= parts:
            return wanted, None
        return parts, Message("grouping_count_raised", {"wanted": wanted, "count": parts})
    assert count is not None
    if count < 1:
        raise InputError("grouping_count_invalid", value=count)
    if count > units:
        raise InputError("grouping_too_many_groups", count=count, units=units)
    if count < parts:
        raise InputError("grouping_too_few_groups", count=count, parts=parts)
    return count, None


def _zones_in_parts(part_zone: np.ndarray, zone_names: Sequence[str] | None) -> list[Message]:
    zones, first, parts = np.unique(part_zone, return_index=True, return_counts=True)
    names = zones if zone_names is None else [zone_names[zone] for zone in zones]
    return [
        Message("grouping_zone_in_parts", {"zone": str(names[at]), "parts": int(parts[at])})
        for at in np.argsort(first)
        if parts[at] > 1
    ]


def _balanced_load(weight: np.ndarray, part: np.ndarray, share: np.ndarray, tolerance: float) -> np.ndarray:
    """Return the weights with every unit that is too heavy for its part counted as one full group there."""
    load = weight.copy()
    order = np.argsort(part, kind="stable")
    for units, groups in zip(np.split(order, np.cumsum(np.bincount(part))[:-1]), share.tolist()):
        heavy, fair_weight = heavy_units(weight[units], groups, tolerance)
        load[units[heavy]] = fair_weight
    return load


def heavy_units(weight: np.ndarray, groups: int, tolerance: float) -> tuple[np.ndarray, float]:
    """Return which units alone weigh more than a group may, and the fair weight of the other groups.

    A lake of 2 km² makes the mean of all groups a number that no other group comes near: balanced against it, every
    group would be wanting. So a heavy unit counts as one full group, and the fair weight is what is left, shared
    among the groups that are left. The heaviest are taken out one by one until none exceeds the fair weight by more
    than the tolerance.
    """
    order = np.argsort(-weight, kind="stable")
    rest, out = float(weight.sum()), 0
    while out < groups - 1:
        heaviest = float(weight[order[out]])
        left = rest - heaviest
        if heaviest <= rest / (groups - out) * (1 + tolerance) * (1 + 1e-9) or left <= 1e-9 * weight.sum():
            break
        rest, out = left, out + 1
    heavy = np.zeros(len(weight), dtype=bool)
    heavy[order[:out]] = True
    return heavy, rest / (groups - out)


def _room(part_mean: np.ndarray, mean: float, tolerance: float) -> np.ndarray:
    """Return how far groups may be from the mean of their part so that they are within ``tolerance`` of that of all.

    Where that is hardly possible a tenth of the tolerance is left, where it is not at all half of it.
    """
    off = np.abs(part_mean / mean - 1.0)
    left = np.maximum((tolerance - off) * mean / part_mean, tolerance / 10)
    return np.where(off < 1e-9, tolerance, np.where(off > tolerance, tolerance / 2, left))


def _uneven_parts(part_mean: np.ndarray, mean: float, tolerance: float) -> list[Message]:
    """Tell how many parts are too small, or no near multiple of the mean, for any division to be within tolerance."""
    uneven = int((np.abs(part_mean / mean - 1.0) > tolerance + 1e-9).sum())
    return [Message("grouping_uneven_parts", {"count": uneven})] if uneven else []
