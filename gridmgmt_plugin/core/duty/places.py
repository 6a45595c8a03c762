"""Where the points lie: unit grid, area, responsibility grid, duty zones and the nearest lane."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from gridmgmt_plugin.core.duty.rules import AreaTree, group_zones
from gridmgmt_plugin.core.duty.tables import days, geometries, positions, table, texts
from gridmgmt_plugin.core.duty.times import in_force
from gridmgmt_plugin.core.locate import code_ranks, locate_points, nearest_lane, pairs_at_points
from gridmgmt_plugin.core.progress import Progress
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

    def with_component_lanes(self, lane_code: np.ndarray, lanes: Rows) -> Located:
        """Put the lane that a component is recorded on in place of the nearest, where such a lane exists."""
        known = positions(texts(lanes, "code"), lane_code) >= 0
        return replace(self, lane_code=np.where(known, lane_code, self.lane_code))


def locate(
    x: np.ndarray,
    y: np.ndarray,
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
    on the day that holds the point, of equal ones the smaller code.
    """
    units, areas, zones, lanes = (table(tables, name) for name in ("unit_grid", "area", "duty_zone", "lane"))
    codes = texts(units, "code")
    unit = locate_points(x, y, geometries(units), codes, precision_m=precision_m, progress=progress.part(0.0, 0.4))
    area_code = np.append(texts(units, "area_code"), "").astype(object)[unit]
    unplaced = np.flatnonzero(area_code == "")
    area_code[unplaced] = _smallest_area(x[unplaced], y[unplaced], day[unplaced], areas, tree, precision_m)
    progress.report(0.5)
    point, zone = pairs_at_points(x, y, geometries(zones), precision_m=precision_m, progress=progress.part(0.5, 0.7))
    valid = in_force(
        days(zones, "duty_zone", "valid_from")[zone], days(zones, "duty_zone", "valid_to")[zone], day[point]
    )
    zone_of, zone_sets = group_zones(len(x), point[valid], zone[valid])
    lane_codes = texts(lanes, "code")
    lane, distance_m = nearest_lane(
        x, y, geometries(lanes), lane_codes, lane_distance_m, progress=progress.part(0.7, 1.0)
    )
    return Located(
        unit=unit,
        unit_grid=np.append(codes, "").astype(object)[unit],
        area_code=area_code,
        responsibility_grid=np.append(texts(units, f"rg_{scheme}"), "").astype(object)[unit],
        zones=zone_of,
        zone_sets=zone_sets,
        lane_code=np.append(lane_codes, "").astype(object)[lane],
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
