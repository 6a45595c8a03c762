"""What every partition must keep, and small towns to try it on."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core import _compat
from gridmgmt_plugin.core.coverage.health.examine import examine, is_coverage
from gridmgmt_plugin.core.geometry.measures import mean_width_m
from gridmgmt_plugin.core.geometry.segments import shared_segments
from gridmgmt_plugin.core.partition import AreaLayer, StreetLayer


def objects(*items) -> np.ndarray:
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def areas_of(*polygons) -> AreaLayer:
    return AreaLayer(objects(*polygons), objects(*(f"11010100100{i}" for i in range(1, len(polygons) + 1))))


def streets_of(*lines, grade=None) -> StreetLayer:
    geometry = objects(*(line if isinstance(line, shapely.Geometry) else shapely.LineString(line) for line in lines))
    return StreetLayer(geometry, None if grade is None else np.array(grade, dtype=np.int8))


def assert_seamless(result, areas, precision_m=0.001, extent=None, tolerance_m=0.0):
    """Fail unless the cells keep every promise of a partition."""
    __tracebackhide__ = True
    cells, outlines = result.geometry, result.area_geometry
    assert (shapely.get_type_id(cells) == 3).all()
    assert shapely.is_valid(cells).all()
    assert shapely.is_valid(outlines).all()
    assert shapely.is_ccw(shapely.get_exterior_ring(cells)).all()
    for geometry in (cells, outlines):
        steps = shapely.get_coordinates(geometry) / precision_m
        assert np.abs(steps - np.rint(steps)).max(initial=0) < 0.01
    segments = shared_segments(cells, precision_m)
    assert segments.crowded == 0
    if _compat.has_coverage_validation():
        assert is_coverage(cells)
        assert is_coverage(outlines)
    for index, (outline, given) in enumerate(zip(outlines, areas.geometry)):
        mine = cells[result.area_index == index]
        slack = (2 * precision_m + tolerance_m) * (given.length + 1)
        assert shapely.symmetric_difference(outline, given).area <= slack
        wanted = outline if extent is None else shapely.intersection(outline, extent)
        union = shapely.union_all(mine) if len(mine) else shapely.Polygon()
        assert shapely.area(mine).sum() == pytest.approx(union.area, rel=1e-9, abs=1e-6)  # no overlap
        assert shapely.symmetric_difference(union, wanted).area <= (1e-6 if extent is None else slack)
        if extent is None:
            rings = shapely.get_num_interior_rings(shapely.get_parts(union)).sum()
            assert rings == shapely.get_num_interior_rings(shapely.get_parts(outline)).sum()
            assert vertices(outline, precision_m) <= vertices(mine, precision_m)


def assert_no_hair(result, width_m=0.05, least_m=0.5):
    """Fail if a cell ends in a tail narrower than ``width_m`` and longer than ``least_m`` that its area has not."""
    __tracebackhide__ = True
    lengths, places = hair(result.geometry, width_m, least_m)
    given = shapely.union_all(hair(result.area_geometry, width_m, least_m)[1]).buffer(0.01)
    lengths, places = lengths[~shapely.covers(given, places)], places[~shapely.covers(given, places)]
    assert len(lengths) == 0, list(zip(lengths.round(2).tolist(), shapely.to_wkt(shapely.centroid(places)).tolist()))


def assert_healthy(result, *outlines):
    """Fail if the checks of a workspace would tell an error or a spike, but for what the areas' own outlines have.

    ``outlines``: object arrays of areas that the cells are held against, besides the outlines that came with them.
    """
    __tracebackhide__ = True
    given = examine(result.area_geometry).of("spike").geometry
    for areas in (result.area_geometry, *outlines):
        found = examine(result.geometry, shapely.union_all(areas))
        found = found.where(~np.isin(found.geometry, given) & (found.kind != "close_vertices"))
        assert len(found) == 0, found.counts()
    if _compat.has_coverage_validation():
        assert is_coverage(result.geometry, 0.01)


def hair(cells, width_m, least_m):
    """Return the lengths (float64) of all tails of ``cells``, and the tails: what an opening takes from a cell."""
    # Corners stay sharp, so that a cell loses nothing but what is narrower than the width.
    half = {"join_style": "mitre", "mitre_limit": 5.0}
    core = shapely.buffer(cells, -width_m / 2, **half)
    lost = shapely.get_parts(shapely.difference(cells, shapely.buffer(core, 0.525 * width_m, **half)))
    lengths = shapely.length(shapely.oriented_envelope(lost)) / 2
    return lengths[lengths > least_m], lost[lengths > least_m]


def vertices(geometry, precision_m) -> set[tuple[int, int]]:
    coordinates = np.rint(shapely.get_coordinates(geometry) / precision_m).astype(np.int64)
    return set(map(tuple, coordinates.tolist()))


def assert_not_cut(result, shapes, slack_m2=0.1, slack_m=0.06):
    """Fail unless every shape lies in one cell, but for what is as small or narrow as lines that are welded."""
    __tracebackhide__ = True
    shape, cell = shapely.STRtree(result.geometry).query(shapes, predicate="intersects")
    ground = shapely.intersection(shapes[shape], result.geometry[cell])
    real = (shapely.area(ground) > slack_m2) & (mean_width_m(ground) > slack_m)
    parts = np.bincount(shape[real], minlength=len(shapes))
    assert (parts == 1).all(), np.flatnonzero(parts != 1)


def assert_sized(result, least_m2=400.0, sliver_m=8.0):
    """Fail unless every cell under the least area, and every sliver, is alone in its area."""
    __tracebackhide__ = True
    segments = shared_segments(result.geometry, 0.001)
    both = segments.right >= 0
    left, right = segments.left[both], segments.right[both]
    same = result.area_index[left] == result.area_index[right]
    has_neighbour = np.zeros(len(result), dtype=bool)
    has_neighbour[left[same]] = has_neighbour[right[same]] = True
    assert shapely.area(result.geometry)[has_neighbour].min(initial=np.inf) >= least_m2
    narrow = mean_width_m(result.geometry) < sliver_m
    assert not (narrow & has_neighbour & (result.kind != "道路")).any()
