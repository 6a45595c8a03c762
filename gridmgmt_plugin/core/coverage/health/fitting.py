"""Fitting a layer that comes in to the workspace's precision, its outer boundary frozen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.graph.edges import vertex_ids
from gridmgmt_plugin.core.coverage.graph.faces import is_thin
from gridmgmt_plugin.core.coverage.health.doctor import RepairedCoverage, repair
from gridmgmt_plugin.core.coverage.health.shape_faults import polygonal, polygons_only
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.progress import Progress


@dataclass(frozen=True)
class CleanedLayer:
    """A layer on the precision grid.

    ``repaired``: the cells and what the repair took (see :class:`~.doctor.RepairedCoverage`; its ``source`` tells
    which polygon each was). ``vertices_rounded``: distinct vertices off the grid; ``vertices_snapped``: those
    that went to a neighbour's vertex or edge besides. ``largest_move_m``: the farthest that one went in either step.
    """

    repaired: RepairedCoverage
    vertices_rounded: int
    vertices_snapped: int
    largest_move_m: float

    @property
    def geometry(self) -> np.ndarray:
        """Return the cells, object (m,) Polygons."""
        return self.repaired.geometry


def clean(
    geometry: np.ndarray,
    outline: shapely.Geometry | None,
    precision_m: float = 0.001,
    snap_m: float = 0.05,
    gap_width_m: float = 0.5,
    progress: Progress | None = None,
) -> CleanedLayer:
    """Put polygons onto the precision grid and make them an exact coverage.

    :param geometry: object array of n polygons in a metric frame, as they came in.
    :param outline: what they should cover, already on the grid; it does not move. ``None``: the outer boundary that
        the polygons have together, thin holes filled; it moves by rounding only.
    :param precision_m: the grid; a vertex moves at most precision / √2 onto it.
    :param snap_m: vertices of neighbours up to this far apart become one.
    :param gap_width_m: gaps up to this width are closed.
    :raises InputError: ``coverage_tolerance``.
    :raises Cancelled: through ``progress``.
    """
    if not 0 < precision_m <= snap_m:
        raise InputError("coverage_tolerance", precision_m=precision_m, snap_m=snap_m, gap_width_m=gap_width_m)
    progress = progress or Progress()
    geometry = np.asarray(geometry, dtype=object)
    rounded, count, farthest = _rounded(geometry, precision_m)
    progress.report(0.1)
    border = _outer_boundary(rounded, gap_width_m) if outline is None else outline
    frozen = None if border is None else _rounded(np.array([border], dtype=object), precision_m)[0][0]
    cured = repair(rounded, frozen, precision_m, snap_m, gap_width_m, progress.part(0.1, 1.0))
    return CleanedLayer(cured, count, cured.vertices_moved, max(farthest, cured.largest_move_m))


def _rounded(geometry: np.ndarray, precision_m: float) -> tuple[np.ndarray, int, float]:
    """Return geometries with all vertices on the grid, how many distinct vertices moved, and the farthest move."""
    coordinates = shapely.get_coordinates(geometry)
    finite = np.isfinite(coordinates).all(axis=1)
    # Multiplied by the inverse, as GEOS does: its rounding and this one agree to the last bit.
    scale = 1.0 / precision_m
    on_grid = np.where(finite[:, None], np.rint(coordinates * scale) / scale, coordinates)
    distance = np.hypot(*(on_grid[finite] - coordinates[finite]).T)
    # A grid line itself is met to the last digit only.
    noise = 2 * np.spacing(np.abs(coordinates[finite]).max(initial=1.0))
    moved = distance > noise
    count = vertex_ids(coordinates[finite][moved], 0.0)[1] if moved.any() else 0
    return shapely.transform(geometry, lambda _: on_grid), count, float(distance.max(initial=0.0))


def _outer_boundary(geometry: np.ndarray, gap_width_m: float) -> shapely.Geometry | None:
    """Return the ground that polygons cover together, thin holes filled; ``None`` when there is none."""
    whole = polygons_only(np.array([shapely.union_all(polygonal(geometry))], dtype=object))[0]
    if shapely.is_empty(whole):
        return None
    parts = []
    for part in shapely.get_parts(whole):
        rings = shapely.get_rings(part)
        holes = shapely.polygons(rings[1:])
        parts.append(shapely.Polygon(rings[0], rings[1:][~is_thin(holes, gap_width_m)].tolist()))
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
