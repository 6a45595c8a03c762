"""Where the points lie: unit grid, area, responsibility grid, duty zones and the nearest lane."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import shapely

from gridmgmt_plugin.core.columns import geometries, in_force, periods, picked, positions, table, texts
from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.duty.times import CATALOGUE, days
from gridmgmt_plugin.core.duty.zones import group_zones
from gridmgmt_plugin.core.locate import PointSet, cell_of, code_ranks, lane_of, pairs_at_points, pairs_of
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows


@dataclass(frozen=True)
class Located:
    """Where n points lie. ``unit``: int64 row of the unit grid, −1 = none; ``unit_grid``, ``area_code``,
    ``responsibility_grid``, ``lane_code``: texts, "" = none; ``zones``: int64 positions in ``zone_sets``;
    ``inside``: mask of points that a grid or an area holds.
    """

    unit: np.ndarray
    unit_grid: np.ndarray
    area_code: np.ndarray
    responsibility_grid: np.ndarray
    zones: np.ndarray
    zone_sets: tuple[tuple[int, ...], ...]
    lane_code: np.ndarray
    lane_distance_m: np.ndarray
    inside: np.ndarray

    def with_component_lanes(self, lane_code: np.ndarray, lanes: Rows, day: np.ndarray) -> Located:
        """Put the lane that a component is recorded on in place of the nearest, where that lane is in use."""
        lane = positions(texts(lanes, "code"), lane_code)
        known = lane >= 0
        valid_from, valid_to = _lane_periods(lanes)
        known[known] = _in_use(lanes)[lane[known]]
        known[known] = in_force(valid_from[lane[known]], valid_to[lane[known]], day[known])
        return replace(self, lane_code=np.where(known, lane_code, self.lane_code))


def locate(
    asked: PointSet,
    day: np.ndarray,
    tables: Mapping[str, Rows],
    tree: AreaTree,
    scheme: str,
    lane_distance_m: float,
    precision_m: float,
    progress: Progress,
) -> Located:
    """Locate points among the tables ``unit_grid``, ``area``, ``duty_zone`` and ``lane``.

    The area is the unit grid's ``area_code``; where there is no grid (or it names none), the smallest area in force
    on the day that holds the point, of equal ones the smaller code. On an edge shared by zones of one kind the
    smaller code holds the point. Lanes that are closed or not in force on the day are not near.
    """
    units, areas, zones, lanes = (table(tables, name) for name in ("unit_grid", "area", "duty_zone", "lane"))
    codes = texts(units, "code")
    unit = cell_of(asked, geometries(units), codes, precision_m=precision_m, progress=progress.part(0.0, 0.4))
    area_code = picked(texts(units, "area_code"), unit)
    unplaced = np.flatnonzero(area_code == "")
    area_code[unplaced] = _smallest_area(
        asked.x[unplaced], asked.y[unplaced], day[unplaced], areas, tree, precision_m
    )
    progress.report(0.5)
    zone_of, zone_sets = _zones(asked, day, zones, precision_m, progress.part(0.5, 0.7))
    lane, distance_m = _lanes(asked, day, lanes, lane_distance_m, progress.part(0.7, 1.0))
    return Located(
        unit=unit,
        unit_grid=picked(codes, unit),
        area_code=area_code,
        responsibility_grid=picked(texts(units, f"rg_{scheme}"), unit),
        zones=zone_of,
        zone_sets=zone_sets,
        lane_code=picked(texts(lanes, "code"), lane),
        lane_distance_m=distance_m,
        inside=(unit >= 0) | (area_code != ""),
    )


def _smallest_area(
    x: np.ndarray, y: np.ndarray, day: np.ndarray, areas: Rows, tree: AreaTree, precision_m: float
) -> np.ndarray:
    codes = texts(areas, "code")
    point, area = pairs_at_points(x, y, geometries(areas), precision_m=precision_m)
    valid = in_force(days(areas, "area", "valid_from")[area], days(areas, "area", "valid_to")[area], day[point])
    point, area = point[valid], area[valid]
    depth = np.array([tree.depth(code) for code in codes], dtype=np.int64)
    # The last one written stays: smallest area, then smallest code, come last.
    order = np.lexsort((-code_ranks(codes)[area], depth[area]))
    found = np.full(len(x), "", dtype=object)
    found[point[order]] = codes[area[order]]
    return found


def _zones(
    asked: PointSet, day: np.ndarray, zones: Rows, precision_m: float, progress: Progress
) -> tuple[np.ndarray, tuple[tuple[int, ...], ...]]:
    point, zone = pairs_of(asked, geometries(zones), precision_m=precision_m, progress=progress)
    begins, ends = days(zones, "duty_zone", "valid_from"), days(zones, "duty_zone", "valid_to")
    valid = in_force(begins[zone], ends[zone], day[point])
    point, zone = point[valid], zone[valid]
    kept = ~_beaten_on_the_edge(asked, point, zone, zones, precision_m)
    return group_zones(len(asked), point[kept], zone[kept])


def _beaten_on_the_edge(
    asked: PointSet, point: np.ndarray, zone: np.ndarray, zones: Rows, precision_m: float
) -> np.ndarray:
    """Tell which pairs lose the point to a zone of their kind with a smaller code on whose edge it lies as well."""
    kind = np.unique(texts(zones, "kind").astype(str), return_inverse=True)[1].reshape(-1)
    place = point * (int(kind.max(initial=0)) + 1) + kind[zone]
    _, group, count = np.unique(place, return_inverse=True, return_counts=True)
    group = group.reshape(-1)
    shared = np.flatnonzero(count[group] > 1)
    points = shapely.points(asked.x[point[shared]], asked.y[point[shared]])
    edge = shapely.boundary(geometries(zones))[zone[shared]]
    on_edge = shared[shapely.dwithin(points, edge, precision_m)]
    ranks = code_ranks(texts(zones, "code"))[zone[on_edge]]
    best = np.full(len(count), len(zones), dtype=np.int64)
    np.minimum.at(best, group[on_edge], ranks)
    beaten = np.zeros(len(point), dtype=bool)
    beaten[on_edge] = ranks > best[group[on_edge]]
    return beaten


def _in_use(lanes: Rows) -> np.ndarray:
    return ~np.isin(texts(lanes, "state").astype(str), load_json(CATALOGUE)["lane_gone_states"])


def _lane_periods(lanes: Rows) -> tuple[np.ndarray, np.ndarray]:
    return days(lanes, "lane", "valid_from"), days(lanes, "lane", "valid_to")


def _lanes(
    asked: PointSet, day: np.ndarray, lanes: Rows, limit_m: float, progress: Progress
) -> tuple[np.ndarray, np.ndarray]:
    """Return row and distance of the nearest lane of each point, among those in use on its day."""
    codes, lines, in_use = texts(lanes, "code"), geometries(lanes), _in_use(lanes)
    valid_from, valid_to = _lane_periods(lanes)
    found, distance_m = np.full(len(asked), -1, dtype=np.int64), np.full(len(asked), np.inf)
    dates, period = periods(valid_from, valid_to, day)
    for number, date in enumerate(dates):
        rows = np.flatnonzero(in_use & in_force(valid_from, valid_to, date))
        some = period == number
        step = progress.part(number / len(dates), (number + 1) / len(dates))
        lane, distance_m[some] = lane_of(asked.take(some), lines[rows], codes[rows], limit_m, progress=step)
        found[some] = np.append(rows, -1)[lane]
    return found, distance_m
