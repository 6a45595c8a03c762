"""Seeded coverages for the tests: squares, irregular cells, and ways to damage them."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.graph.faces import faces_of_lines


def squares(columns: int, rows: int, size: float = 100.0) -> np.ndarray:
    """Return columns × rows squares, row by row from the south-west."""
    x, y = np.meshgrid(np.arange(columns) * size, np.arange(rows) * size)
    return shapely.box(x.ravel(), y.ravel(), x.ravel() + size, y.ravel() + size)


def irregular(count: int, seed: int, precision_m: float = 0.001) -> tuple[np.ndarray, shapely.Geometry]:
    """Return an exact coverage of about ``count`` irregular cells of about 1 ha on the grid, and its outline."""
    rng = np.random.default_rng(seed)
    size = 100 * round(np.sqrt(count))
    box = shapely.box(0, 0, size, size)
    seeds = shapely.multipoints(rng.uniform(0, size, (count, 2)))
    cells = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=box)), box)
    faces = faces_of_lines(np.append(shapely.boundary(cells), [shapely.boundary(box)]), precision_m).geometry
    rng.shuffle(faces)
    return faces, shapely.union_all(faces)


def moved_vertex(polygon: shapely.Geometry, position: int, by: tuple[float, float]) -> shapely.Geometry:
    """Return the polygon with one vertex of its outer ring moved."""
    ring = shapely.get_coordinates(shapely.get_exterior_ring(polygon))[:-1]
    ring[position % len(ring)] += by
    return shapely.Polygon(ring)


def same_coverage(one: np.ndarray, two: np.ndarray) -> bool:
    """Return whether two coverages are equal to the bit."""
    return len(one) == len(two) and bool((shapely.to_wkb(one) == shapely.to_wkb(two)).all())
