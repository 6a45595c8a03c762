"""Towns as street layers draw them: paired carriageways, service roads, slip roads, roundabouts, estate loops."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
import shapely.affinity

from gridmgmt_plugin.core.partition import AreaLayer, StreetLayer
from tests.core.partition.promises import areas_of, objects

MAIN, SIDE, LANE = 3, 1, 0


@dataclass
class _Draft:
    lines: list[np.ndarray] = field(default_factory=list)
    grades: list[int] = field(default_factory=list)

    def draw(self, points, grade: int) -> None:
        self.lines.append(np.asarray(points, dtype=np.float64))
        self.grades.append(grade)


def paired_town(seed: int, width_m: float = 1500.0, height_m: float = 1200.0) -> tuple[AreaLayer, StreetLayer]:
    """Return communities and streets of a town in which main roads are drawn as two or four lines each."""
    rng = np.random.default_rng(seed)
    draft = _Draft()
    across = _roads(rng, width_m)
    along = _roads(rng, height_m)
    for at in across:
        _main_road(rng, draft, at, height_m, lambda p: p[:, ::-1])
    for at in along:
        _main_road(rng, draft, at, width_m, lambda p: p)
    for x in across:
        for y in along:
            _junction(rng, draft, x, y)
    _blocks(rng, draft, [0.0, *across, width_m], [0.0, *along, height_m])
    if rng.random() < 0.5:  # a flyover across everything
        gap = rng.uniform(8, 25)
        for side in (0.0, gap):
            draft.draw([(-10, 0.2 * height_m + side), (width_m + 10, 0.85 * height_m + side)], 4)
    lines = [shapely.LineString(line + rng.normal(0, 0.15, line.shape)) for line in draft.lines]
    streets = StreetLayer(objects(*lines), np.array(draft.grades, dtype=np.int8))
    return _communities(rng, width_m, height_m, across, along), streets


def _roads(rng: np.random.Generator, length_m: float) -> list[float]:
    places, at = [], rng.uniform(150, 350)
    while at < length_m - 120:
        places.append(at)
        at += rng.uniform(260, 520)
    return places


def _main_road(rng: np.random.Generator, draft: _Draft, at: float, length_m: float, turned) -> None:
    """Draw two carriageways, perhaps with service roads, and the short pieces that connect them."""
    run = np.arange(-20.0, length_m + 40.0, 40.0)
    sway = at + 12.0 * np.sin(run / rng.uniform(150, 500) + rng.uniform(0, 6))
    half = rng.uniform(3, 20)
    sides = [-half, half]
    if rng.random() < 0.5:
        service = half + rng.uniform(7, 30)
        sides += [-service, service]
    for side in sides:
        draft.draw(turned(np.column_stack([run, sway + side])), MAIN if abs(side) <= half else SIDE)
    outer = max(sides)
    for place in np.arange(rng.uniform(40, 120), length_m, rng.uniform(70, 200)).tolist():
        middle = float(np.interp(place, run, sway))
        lean, reach = rng.uniform(-25, 25), half if rng.random() < 0.5 else outer
        draft.draw(turned(np.array([(place, middle - reach), (place + lean, middle + reach)])), SIDE)


def _junction(rng: np.random.Generator, draft: _Draft, x: float, y: float) -> None:
    kind = rng.random()
    if kind < 0.25:
        draft.draw(shapely.get_coordinates(shapely.Point(x, y).buffer(rng.uniform(25, 60)).exterior), MAIN)
    elif kind < 0.7:
        radius = rng.uniform(35, 90)
        for turn in range(4):  # slip roads that cut the corners in a bow
            bow = np.linspace(0, np.pi / 2, 7) + turn * np.pi / 2
            corner = np.array([x, y]) + radius * np.sqrt(2) * np.array([np.cos(bow[3]), np.sin(bow[3])])
            draft.draw(corner - 0.92 * radius * np.column_stack([np.cos(bow), np.sin(bow)]), SIDE)


def _blocks(rng: np.random.Generator, draft: _Draft, xs: list[float], ys: list[float]) -> None:
    """Draw minor streets, lanes that run blind and estate loops between the main roads."""
    for west, east in zip(xs[:-1], xs[1:]):
        for south, north in zip(ys[:-1], ys[1:]):
            if east - west > 200:
                middle = rng.uniform(0.35, 0.65) * (east - west) + west
                draft.draw([(middle, south), (middle + rng.uniform(-20, 20), north)], SIDE)
            for _ in range(rng.integers(0, 3)):
                level = rng.uniform(south, north)
                draft.draw([(west, level), (west + rng.uniform(0.3, 1) * (east - west), level)], LANE)
            if rng.random() < 0.6:
                cx, cy, r = rng.uniform(west, east), rng.uniform(south, north), rng.uniform(15, 90)
                loop = shapely.affinity.rotate(
                    shapely.box(cx - r, cy - 0.7 * r, cx + r, cy + 0.7 * r), rng.uniform(0, 90)
                )
                draft.draw(shapely.get_coordinates(loop.exterior), LANE)


def _communities(
    rng: np.random.Generator, width_m: float, height_m: float, across: list[float], along: list[float]
) -> AreaLayer:
    """Return areas that meet in the middle of some main roads, or a few metres beside it."""
    cuts = [
        shapely.LineString([(x + rng.uniform(-6, 6), -1), (x + rng.uniform(-6, 6), height_m + 1)])
        for x in across[::2]
    ]
    cuts += [
        shapely.LineString([(-1, y + rng.uniform(-6, 6)), (width_m + 1, y + rng.uniform(-6, 6))]) for y in along[::2]
    ]
    ground = shapely.box(0, 0, width_m, height_m)
    lines = shapely.union_all([ground.boundary, *cuts], grid_size=0.001)
    return areas_of(*shapely.get_parts(shapely.polygonize(shapely.get_parts(lines))))
