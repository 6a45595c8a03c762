"""Communities, street offices and the county: cut along the bones of the district, partly just beside a road."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon, Point, Polygon

from tools.sample.curves import XY, rounded, shift_sideways
from tools.sample.facts import COMMUNITIES, SCHEME
from tools.sample.skeleton import Skeleton

# One place per piece on the drawn plan; a piece goes to the community of the nearest place.
_SEEDS: dict[str, list[XY]] = {
    "s1": [(330, 330), (880, 120)],
    "s2": [(1180, 400)],
    "s5": [(330, 860), (1050, 930)],
    "s3": [(1850, 330), (1720, 720), (2400, 120)],
    "s4": [(2640, 420)],
    "s6": [(1850, 1050), (1480, 1120), (2200, 580)],
    "s7": [(2560, 1000), (2600, 1500)],
    "n1": [(330, 1200), (330, 1720)],
    "n2": [(380, 2400), (1080, 2420)],
    "n3": [(1120, 1680)],
    "n4": [(1880, 1700), (1900, 2400)],
    "n5": [(2600, 1860), (2600, 2380)],
}


@dataclass(frozen=True)
class Areas:
    """Polygons by community key; the beside-the-road arcs are counted for the description."""

    communities: dict[str, Polygon]
    arcs_on_road: int
    arcs_beside_road: int

    @property
    def county(self) -> Polygon:
        """Return the whole district."""
        return shapely.union_all(list(self.communities.values()))

    def office(self, key: str) -> Polygon:
        """Return the polygon of one street office."""
        return shapely.union_all([p for c, p in self.communities.items() if COMMUNITIES[c][0] == key])

    def community_at(self, x: float, y: float) -> str:
        """Return the community of a place; of the nearest one for a place on the outline."""
        point = Point(x, y)
        for key, polygon in self.communities.items():
            if polygon.covers(point):
                return key
        return min(self.communities, key=lambda key: self.communities[key].distance(point))

    def grid_counts(self) -> dict[str, int]:
        """Return how many responsibility grids each community gets: by area, largest remainder, at least one."""
        total = sum(p.area for p in self.communities.values())
        share = {k: p.area / total * SCHEME["count"] for k, p in self.communities.items()}
        counts = {k: max(1, math.floor(s)) for k, s in share.items()}
        by_remainder = sorted(share, key=lambda k: (-(share[k] - math.floor(share[k])), k))
        for key in by_remainder[: SCHEME["count"] - sum(counts.values())]:
            counts[key] += 1
        return counts


def draw_areas(skeleton: Skeleton, rng: random.Random) -> Areas:
    """Return the communities as an exact coverage of the outline, on whole millimetres."""
    pieces = _polygons(skeleton.area_lines)
    groups: dict[str, list[Polygon]] = {}
    for piece in pieces:
        groups.setdefault(_nearest_seed(piece, skeleton), []).append(piece)
    dissolved = {key: shapely.union_all(parts, grid_size=0.001) for key, parts in groups.items()}
    arcs = shapely.get_parts(
        shapely.line_merge(shapely.union_all([shapely.boundary(p) for p in dissolved.values()], grid_size=0.001))
    )
    arcs = sorted(arcs, key=lambda a: (round(a.bounds[0]), round(a.bounds[1]), round(a.length)))
    exact = [s.line for s in skeleton.streets if s.key in ("office", "edge")]
    kinds: Counter[str] = Counter()
    moved = []
    for arc in arcs:
        shift = _shift_of(arc, skeleton, exact, rng)
        kinds["beside" if shift else "on"] += 1
        moved.append(rounded(shift_sideways(arc, shift, 30.0) if shift else arc))
    communities = {}
    for polygon in _polygons(moved):
        inner = polygon.buffer(-20).representative_point() if not polygon.buffer(-20).is_empty else None
        key = next(k for k, p in dissolved.items() if inner is not None and p.contains(inner))
        communities[key] = polygon
    ordered = {key: communities[key] for key in COMMUNITIES}
    if any(isinstance(p, MultiPolygon) or not p.is_valid for p in ordered.values()):
        raise ValueError("a community of the sample district is not one valid polygon")
    return Areas(ordered, kinds["on"], kinds["beside"])


def _polygons(lines: list[LineString]) -> list[Polygon]:
    noded = shapely.union_all(lines, grid_size=0.001)
    return [p for p in shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))) if p.area > 1.0]


def _nearest_seed(piece: Polygon, skeleton: Skeleton) -> str:
    point = piece.representative_point()
    u, v = skeleton.warp.back(point.x, point.y)
    for key, seeds in _SEEDS.items():
        if any(piece.covers(Point(skeleton.warp.forward(np.array([seed]))[0])) for seed in seeds):
            return key
    return min(_SEEDS, key=lambda key: min(math.dist((u, v), seed) for seed in _SEEDS[key]))


def _shift_of(arc: LineString, skeleton: Skeleton, exact: list[LineString], rng: random.Random) -> float:
    """Return how far an arc is drawn beside its road; the outline, the river and the office lanes stay exact."""
    middle = arc.interpolate(0.5, normalized=True)
    if skeleton.outline.exterior.distance(middle) < 1.0 or arc.length < 200:
        return 0.0
    fixed = [*exact, *skeleton.river_axis]
    if any(line.distance(middle) < 1.0 for line in fixed) or any(
        line.buffer(0.5).intersection(arc).length > 100 for line in exact
    ):
        return 0.0
    return rng.choice((-1, 1)) * rng.uniform(3.0, 6.5) if rng.random() < 0.5 else 0.0
