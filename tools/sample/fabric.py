"""Fills the blocks between the main roads: branch roads first, then old lanes or housing estates."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable

import numpy as np
import shapely
import shapely.ops
from shapely.geometry import LineString, Point, Polygon

from tools.sample.curves import XY, along, axes, kinked, longest_part, wobble
from tools.sample.skeleton import BRANCH, LANE, SECONDARY, Skeleton, Street

_SNAP_M = 17.0
# Where, on the drawn plan, which kind of town stands; everything else is old lanes.
_ESTATE_SEEDS: list[tuple[XY, float]] = [
    ((2620, 330), 330),
    ((2600, 2400), 330),
    ((300, 2450), 250),
    ((300, 300), 230),
    ((1850, 2420), 200),
]
_PARK_SEEDS: list[XY] = [(1130, 1700)]


class Fabric:
    """Collects the streets block by block; lane ends meet existing corners where one is near."""

    def __init__(self, skeleton: Skeleton, rng: random.Random) -> None:
        self.skeleton = skeleton
        self.rng = rng
        self.streets: list[Street] = list(skeleton.streets)
        self.estates: list[Polygon] = []
        self.units: list[Polygon] = []
        self.park = Polygon()
        self._blocks = 0
        self._corners: list[XY] = []

    def fill(self) -> None:
        """Draw the streets of every block of the skeleton."""
        lines = [street.line for street in self.skeleton.streets] + [self.skeleton.outline.exterior]
        for block in _faces(lines, self.skeleton.outline):
            self._corners += _sharp_corners(block)
            if block.area < 25_000 or self._is_strip(block):
                continue
            self._quarter(block)

    def _is_strip(self, block: Polygon) -> bool:
        return block.buffer(-31).is_empty

    def _plan(self, block: Polygon) -> XY:
        point = block.representative_point()
        return self.skeleton.warp.back(point.x, point.y)

    def _quarter(self, block: Polygon) -> None:
        plan = self._plan(block)
        if any(block.contains(Point(*self.skeleton.warp.forward(np.array([seed]))[0])) for seed in _PARK_SEEDS):
            self.park = block
            return
        estate = any(math.dist(plan, seed) < reach for seed, reach in _ESTATE_SEEDS)
        limit = 52_000 if estate else 118_000
        if block.area > limit:
            halves = self._halve(block, SECONDARY if block.area > 330_000 else BRANCH)
            for half in halves:
                self._quarter(half)
        elif estate:
            self.estates.append(block)
        elif block.area > 14_000:
            if block.area > 70_000 and self.rng.random() < 0.09:  # a works, a school: one unit behind one wall
                for half in self._halve(block, BRANCH):
                    self._unit_or_lanes(half)
            else:
                self._lanes(block)

    def _unit_or_lanes(self, block: Polygon) -> None:
        if self.rng.random() < 0.5:
            self.units.append(block)
        else:
            self._lanes(block)

    def _halve(self, block: Polygon, road_class: str) -> list[Polygon]:
        """Split a block across its longer side with one road."""
        centre, u, v, half_a, half_b = axes(block)
        best: tuple[float, LineString] | None = None
        for _ in range(6):
            offset = self.rng.uniform(-0.16, 0.16) * half_a
            lean = self.rng.uniform(-0.10, 0.10) * half_b
            start = along(along(centre, u, offset - lean), v, -1.4 * half_b)
            end = along(along(centre, u, offset + lean), v, 1.4 * half_b)
            line = self._clipped(wobble(start, end, self.rng, 6.0, 70.0), block)
            if line is None:
                continue
            parts = _faces([line, block.exterior], block)
            balance = min(p.area for p in parts) / block.area if len(parts) > 1 else 0.0
            if best is None or balance > best[0]:
                best = (balance, line)
        if best is None or best[0] < 0.15:
            return []
        line = best[1]
        width = 14 if road_class == SECONDARY else self.rng.choice((8, 9, 10, 12))
        self._add(Street(line, road_class, width, None, "branch"))
        return _faces([line, block.exterior], block)

    def _lanes(self, block: Polygon) -> None:
        """Comb a block with long lanes and tie them with short ones."""
        self._blocks += 1
        centre, u, v, half_a, half_b = axes(block)
        if abs(u[0]) < 0.7 and self.rng.random() < 0.72:  # old lanes run east and west, even in a tall block
            u, v, half_a, half_b = (v, u, half_b, half_a)
        count = max(0, round(2 * half_b / self.rng.uniform(76, 96)) - 1)
        rows: list[LineString] = []
        for i in range(count):
            offset = (2 * (i + 1) / (count + 1) - 1) * half_b + self.rng.uniform(-7, 7)
            lean = self.rng.uniform(-6, 6)
            start = along(along(centre, v, offset - lean), u, -1.5 * half_a)
            end = along(along(centre, v, offset + lean), u, 1.5 * half_a)
            path = wobble(start, end, self.rng, 4.5)
            if self.rng.random() < 0.3:
                path = kinked(path, self.rng, self.rng.uniform(8, 15))
            row = self._clipped(path, block)
            if row is not None and row.length > 60:
                rows.append(row)
        for row in rows:
            self._add(Street(row, LANE, self.rng.choice((3, 4, 4, 5, 5, 6, 7)), None, "row", str(self._blocks)))
        strips = _faces([*rows, block.exterior], block)
        strips.sort(key=lambda s: s.centroid.x * v[0] + s.centroid.y * v[1])
        self._ties(strips, u, v)

    def _ties(self, strips: list[Polygon], u: XY, v: XY) -> None:
        """Tie neighbouring rows with short lanes; some run on through two strips, some end blind."""
        skip = 0
        for i, strip in enumerate(strips):
            if skip:
                skip -= 1
                continue
            area: Polygon = strip
            if i + 1 < len(strips) and self.rng.random() < 0.4:
                joined = strip.union(strips[i + 1])
                if joined.geom_type == "Polygon":
                    area, skip = joined, 1
            centre, _, _, half_a, half_b = axes(area)
            reach = max(abs(x) for x in _spread(area, centre, u))
            number = min(3, max(0, round(2 * reach / self.rng.uniform(125, 210)) - 1))
            for k in range(number):
                offset = (2 * (k + 1) / (number + 1) - 1) * reach + self.rng.uniform(-0.12, 0.12) * reach
                lean = self.rng.uniform(-9, 9)
                start = along(along(centre, u, offset - lean), v, -2 * (half_b + half_a))
                end = along(along(centre, u, offset + lean), v, 2 * (half_b + half_a))
                tie = self._clipped(wobble(start, end, self.rng, 1.2, 400.0), area)
                if tie is None or not 24 < tie.length < 260:
                    continue
                if self.rng.random() < 0.24:
                    tie = _cut_short(tie, self.rng.uniform(0.45, 0.66))
                self._add(Street(tie, LANE, self.rng.choice((3, 3, 4, 4, 5)), None, "tie", str(self._blocks)))

    def _clipped(self, path: LineString, block: Polygon) -> LineString | None:
        """Return the part of the path inside the block, its ends drawn to a corner that is near."""
        inside = longest_part(path.intersection(block))
        if inside is None:
            return None
        coords = list(inside.coords)
        for at in (0, -1):
            near = [c for c in self._corners if math.dist(c, coords[at]) < _SNAP_M]
            near = [c for c in near if block.exterior.distance(Point(c)) < 0.01]
            if near:
                coords[at] = min(near, key=lambda c: math.dist(c, coords[at]))
        if len(coords) > 2:  # a vertex right beside a moved end would fold the line
            coords = [coords[0], *(c for c in coords[1:-1] if _clear(c, coords)), coords[-1]]
        line = LineString(coords)
        return line if line.is_simple and line.length > 20 else None

    def _add(self, street: Street) -> None:
        self.streets.append(street)
        coords = list(street.line.coords)
        self._corners += [coords[0], coords[-1]]


def _clear(point: XY, coords: list[XY]) -> bool:
    return math.dist(point, coords[0]) > 12 and math.dist(point, coords[-1]) > 12


def _cut_short(line: LineString, share: float) -> LineString:
    return shapely.ops.substring(line, 0.0, share, normalized=True)


def _spread(area: Polygon, centre: XY, u: XY) -> list[float]:
    return [(x - centre[0]) * u[0] + (y - centre[1]) * u[1] for x, y in area.exterior.coords]


def _sharp_corners(block: Polygon) -> list[XY]:
    """Return the corners of a block where its outline turns by more than 35 degrees."""
    ring = np.asarray(block.exterior.coords)[:-1]
    before, after = ring - np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0) - ring
    turn = np.arctan2(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0], (before * after).sum(axis=1))
    return [(float(x), float(y)) for x, y in ring[np.abs(turn) > math.radians(35)]]


def _faces(lines: Iterable[shapely.Geometry], within: Polygon) -> list[Polygon]:
    """Return the polygons between lines, ordered west to east, each inside ``within``."""
    noded = shapely.union_all(list(lines), grid_size=0.001)
    polygons = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    grown = within.buffer(0.01)
    inside = [p for p in polygons if p.area > 1.0 and grown.contains(p.representative_point())]
    return sorted(inside, key=lambda p: (round(p.centroid.x, 1), round(p.centroid.y, 1)))
