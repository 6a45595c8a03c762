"""Lines that look drawn by a city and not by a ruler: splines, a gentle warp of the plane, wobbling paths."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon

from tools.sample.facts import AREA_M2, CENTRE

XY = tuple[float, float]
_DRAWN_CENTRE = (1480.0, 1360.0)


def spline(points: Sequence[XY], step_m: float = 22.0, closed: bool = False) -> np.ndarray:  # noqa: FBT001
    """Return a Catmull-Rom curve through ``points`` as an (n, 2) array, with a vertex about every ``step_m``."""
    controls = [np.asarray(p, dtype=float) for p in points]
    if closed:
        controls = [controls[-1], *controls, controls[0], controls[1]]
    else:
        controls = [2 * controls[0] - controls[1], *controls, 2 * controls[-1] - controls[-2]]
    pieces = []
    for p0, p1, p2, p3 in zip(controls, controls[1:], controls[2:], controls[3:]):
        count = max(2, round(float(np.hypot(*(p2 - p1))) / step_m))
        t = (np.arange(count) / count)[:, None]
        curve = 2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3
        pieces.append(0.5 * curve)
    pieces.append(controls[-2][None, :])
    return np.vstack(pieces)


class Warp:
    """The gentle bending that takes the drawn plan to the ground, scaled to the district's area."""

    def __init__(self, outline: np.ndarray) -> None:
        self._scale = 1.0
        bent = Polygon(self._bend(outline))
        self._scale = math.sqrt(AREA_M2 / bent.area)

    @staticmethod
    def _bend(xy: np.ndarray) -> np.ndarray:
        u, v = xy[:, 0], xy[:, 1]
        du = 34 * np.sin(v / 430 + 0.6) + 22 * np.sin((u + v) / 310 + 2.1) + 0.035 * (v - 1360)
        dv = 30 * np.sin(u / 470 + 1.9) + 20 * np.sin((u - 0.7 * v) / 290) + 0.02 * (u - 1480)
        return np.column_stack([u + du, v + dv])

    def forward(self, xy: np.ndarray) -> np.ndarray:
        """Return plan coordinates (n, 2) on the ground, in metres of the local frame."""
        return (self._bend(xy) - np.asarray(_DRAWN_CENTRE)) * self._scale + np.asarray(CENTRE)

    def back(self, x: float, y: float) -> XY:
        """Return the plan coordinates of one place on the ground (to about a metre)."""
        target = (np.array([[x, y]]) - np.asarray(CENTRE)) / self._scale + np.asarray(_DRAWN_CENTRE)
        guess = target.copy()
        for _ in range(12):
            guess = target - (self._bend(guess) - guess)
        return float(guess[0, 0]), float(guess[0, 1])

    def line(self, points: Sequence[XY]) -> LineString:
        """Return the curve through plan points as a line on the ground."""
        return LineString(self.forward(spline(points)))


def wobble(start: XY, end: XY, rng: random.Random, sway_m: float, step_m: float = 45.0) -> LineString:
    """Return a path from start to end that sways sideways, the way an old lane does."""
    length = math.dist(start, end)
    count = max(2, round(length / step_m))
    ux, uy = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    points = [start]
    drift = 0.0
    for i in range(1, count):
        drift = 0.72 * drift + rng.uniform(-1.0, 1.0) * sway_m
        t = (i + rng.uniform(-0.18, 0.18)) / count
        points.append((start[0] + ux * length * t - uy * drift, start[1] + uy * length * t + ux * drift))
    points.append(end)
    return LineString(points)


def kinked(line: LineString, rng: random.Random, jog_m: float) -> LineString:
    """Return the line with one jog sideways, as where a lane goes round a courtyard."""
    points = list(line.coords)
    if len(points) < 4:
        return line
    at = rng.randrange(1, len(points) - 2)
    (x0, y0), (x1, y1) = points[at], points[at + 1]
    length = math.dist((x0, y0), (x1, y1))
    side = rng.choice((-1.0, 1.0)) * jog_m
    nx, ny = -(y1 - y0) / length * side, (x1 - x0) / length * side
    shifted = [(x + nx, y + ny) for x, y in points[at + 1 :]]
    return LineString([*points[: at + 1], *shifted])


def axes(polygon: Polygon) -> tuple[XY, XY, XY, float, float]:
    """Return the centre, unit vectors and half lengths of the smallest rectangle round a polygon, long axis first."""
    ring = np.asarray(shapely.oriented_envelope(polygon).exterior.coords)[:4]
    a, b = ring[1] - ring[0], ring[2] - ring[1]
    if np.hypot(*a) < np.hypot(*b):
        a, b = b, a
    half_a, half_b = float(np.hypot(*a)) / 2, float(np.hypot(*b)) / 2
    a, b = a / (2 * half_a), b / (2 * half_b)
    if a[0] < 0 or (abs(a[0]) < 0.5 and a[1] < 0):
        a = -a
    b = np.array([-a[1], a[0]])
    centre = ring.mean(axis=0)
    return (
        (float(centre[0]), float(centre[1])),
        (float(a[0]), float(a[1])),
        (float(b[0]), float(b[1])),
        half_a,
        half_b,
    )


def along(origin: XY, unit: XY, distance: float) -> XY:
    """Return the point that lies ``distance`` from ``origin`` in the direction of ``unit``."""
    return origin[0] + unit[0] * distance, origin[1] + unit[1] * distance


def longest_part(geometry: shapely.Geometry) -> LineString | None:
    """Return the longest line of a geometry, or ``None`` when it holds none."""
    lines = [part for part in shapely.get_parts(geometry) if part.geom_type == "LineString"]
    return max(lines, key=lambda line: line.length) if lines else None


def rounded(geometry: shapely.Geometry) -> shapely.Geometry:
    """Return the geometry with its coordinates on whole millimetres."""
    return shapely.transform(geometry, lambda xy: np.round(xy, 3))


def shift_sideways(line: LineString, distance_m: float, taper_m: float) -> LineString:
    """Return the line moved to its left, with both ends where they were."""
    coords = np.asarray(line.coords)
    tangent = np.gradient(coords, axis=0)
    tangent /= np.hypot(tangent[:, 0], tangent[:, 1])[:, None]
    measure = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(coords, axis=0).T))])
    weight = np.clip(np.minimum(measure, measure[-1] - measure) / taper_m, 0.0, 1.0)
    normal = np.column_stack([-tangent[:, 1], tangent[:, 0]])
    return LineString(coords + normal * (weight * distance_m)[:, None])


def nearest_on(line: LineString, x: float, y: float) -> XY:
    """Return the point of the line that is nearest to a place."""
    point = line.interpolate(line.project(Point(x, y)))
    return point.x, point.y
