"""Neighbourhoods to edit, random gestures on them, and what must hold after every gesture."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import strategies as st

from gridmgmt_plugin.core.coverage.gestures.edit import NOBODY, Cells, CoverageEdit, apply_edit
from gridmgmt_plugin.core.coverage.graph.edges import edge_table
from gridmgmt_plugin.core.coverage.graph.faces import faces_of_lines
from gridmgmt_plugin.core.coverage.health.examine import is_coverage
from gridmgmt_plugin.core.geometry.linework import union_of_coverage
from tests.bench.cells import irregular_cells

REAL_ORIGIN = (501_234.0, 4_412_345.0)  # 3° Gauss-Krüger metres, about where Beijing lies
AREA_TOLERANCE_M2 = 1e-6


def cells_of(geometry: np.ndarray, group: np.ndarray | None = None, *, outlines: bool = True) -> Cells:
    """Return polygons as a neighbourhood; the outline of a group is the union of its cells."""
    geometry = np.asarray(geometry, dtype=object)
    group = np.zeros(len(geometry), dtype=np.int64) if group is None else np.asarray(group, dtype=np.int64)
    known = {int(g): union_of_coverage(geometry[group == g]) for g in np.unique(group)} if outlines else {}
    return Cells(geometry, group, known)


def squares(columns: int, rows: int, size: float = 100.0, origin: tuple[float, float] = (0.0, 0.0)) -> Cells:
    """Return columns × rows squares in one area, row by row from the south-west."""
    x, y = np.meshgrid(np.arange(columns) * size + origin[0], np.arange(rows) * size + origin[1])
    return cells_of(shapely.box(x.ravel(), y.ravel(), x.ravel() + size, y.ravel() + size))


def irregular(
    seed: int, *, count: int = 16, groups: int = 1, origin: tuple[float, float] = (0.0, 0.0), size: float = 400.0
) -> Cells:
    """Return about ``count`` Voronoi cells on the millimetre in a square; areas are columns from west to east."""
    rng = np.random.default_rng(seed)
    box = shapely.box(origin[0], origin[1], origin[0] + size, origin[1] + size)
    seeds = shapely.multipoints(rng.uniform(0, size, (count, 2)) + origin)
    raw = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=box)), box)
    faces = faces_of_lines(np.append(shapely.boundary(raw), [shapely.boundary(box)]), 0.001).geometry
    faces = faces[shapely.area(faces) > 0]
    west = (shapely.get_x(shapely.centroid(faces)) - origin[0]) / size
    return cells_of(faces, np.minimum((west * groups).astype(np.int64), groups - 1))


def many_vertices(seed: int, *, side: int = 5, groups: int = 1, origin: tuple[float, float] = (0.0, 0.0)) -> Cells:
    """Return side × side cells of about one hectare with 20 vertices each, on the millimetre."""
    raw = shapely.transform(irregular_cells(side, seed), lambda xy: np.round(xy + origin, 3))
    return cells_of(raw, np.arange(side * side) // side * groups // side)


def without(cells: Cells, position: int) -> Cells:
    """Return the neighbourhood with one cell taken out: bare ground inside its area."""
    stays = np.arange(len(cells)) != position
    return Cells(cells.geometry[stays], cells.group[stays], cells.outlines)


def neighbourhoods(*, groups: int = 2) -> st.SearchStrategy[Cells]:
    """Return a strategy of seeded irregular neighbourhoods, near the origin and at coordinates of real size."""
    origin = st.sampled_from([(0.0, 0.0), REAL_ORIGIN])
    seed = st.integers(0, 400)
    few = st.builds(lambda s, g, o: irregular(s, groups=g, origin=o), seed, st.integers(1, groups), origin)
    many = st.builds(
        lambda s, g, o: many_vertices(s, side=3, groups=g, origin=o), seed, st.integers(1, groups), origin
    )
    return st.one_of(few, many)


def random_line(cells: Cells, seed: int) -> shapely.LineString:
    """Return a line as a planner may draw it, from harmless to vicious, reproducible from ``seed``.

    Through vertices, along edges, beside edges by 1e-9 … 1e-1 m, straight across everything, polylines, short ones.
    """
    rng = np.random.default_rng(seed)
    vertices = shapely.get_coordinates(cells.geometry)
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    count = int(rng.choice([2, 2, 2, 3, 4, 7]))
    points = rng.uniform(low - 60, high + 60, (count, 2))
    for k in range(count):
        points[k] = _place(rng, vertices, points[k])
    if rng.random() < 0.25:  # along or nearly along an edge and beyond it
        at = int(rng.integers(len(vertices) - 1))
        start, end = vertices[at], vertices[at + 1]
        beyond = (end - start) * rng.choice([0.0, 0.0, 0.5, 30.0])
        beside = rng.choice([-1, 1]) * 10.0 ** rng.uniform(-9, 0, 2) * rng.choice([0, 1])
        points[:2] = start - beyond + beside, end + beyond + beside
    if rng.random() < 0.1:  # very long
        middle = points.mean(axis=0)
        points = middle + (points - middle) * 1e3
    if (points == points[0]).all():  # twice the same vertex is no line
        points[-1] += 1.0
    return shapely.LineString(points)


def _place(rng: np.random.Generator, vertices: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Return a place: free, on a vertex, near a vertex, or on an edge."""
    kind = rng.random()
    at = int(rng.integers(len(vertices) - 1))
    if kind < 0.15:
        return vertices[at]
    if kind < 0.3:
        return vertices[at] + rng.choice([-1, 1], 2) * 10.0 ** rng.uniform(-9, 0, 2)
    if kind < 0.45:
        return vertices[at] + (vertices[at + 1] - vertices[at]) * rng.random()
    return free


def random_polygon(cells: Cells, seed: int) -> shapely.Polygon:
    """Return a polygon as a planner may draw it (star-shaped around a place, or a box), from ``seed``.

    Some corners lie on or beside vertices and edges of the cells; it may reach beyond them and may be invalid.
    """
    rng = np.random.default_rng(seed)
    vertices = shapely.get_coordinates(cells.geometry)
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    middle = rng.uniform(low, high)
    radius = (high - low).min() * rng.choice([0.02, 0.1, 0.2, 0.4])
    count = int(rng.choice([3, 4, 5, 8, 14]))
    angle = np.sort(rng.uniform(0, 2 * np.pi, count))
    reach = radius * rng.uniform(0.4, 1, count)
    corners = middle + np.column_stack([np.cos(angle), np.sin(angle)]) * reach[:, None]
    near = vertices[np.argsort(np.hypot(*(vertices - middle).T))[: max(count * 4, 8)]]
    if rng.random() < 0.6:
        corners = np.array([_place(rng, near, corner) for corner in corners])
        turn = np.argsort(np.arctan2(*(corners - corners.mean(axis=0)).T[::-1]))
        corners = corners[turn]
    return shapely.Polygon(corners)


def seeds() -> st.SearchStrategy[int]:
    """Return a strategy of seeds for random lines and polygons."""
    return st.integers(0, 2**32 - 1)


def assert_sound(before: Cells, after: Cells, edit: CoverageEdit) -> None:
    """Assert everything that promise 1 says of one gesture, with other means than the gesture itself used."""
    _assert_well_formed(before, edit)
    same = apply_edit(before, edit)
    assert len(same) == len(after)
    assert (shapely.to_wkb(same.geometry) == shapely.to_wkb(after.geometry)).all()
    assert (shapely.get_type_id(after.geometry) == shapely.GeometryType.POLYGON).all(), "not of one part"
    assert shapely.is_valid(after.geometry).all(), shapely.is_valid_reason(after.geometry)
    filled_m2 = float(edit.flows.area_m2[edit.flows.source == NOBODY].sum())
    grown_m2 = float(shapely.area(after.geometry).sum() - shapely.area(before.geometry).sum())
    assert abs(grown_m2 - filled_m2) < AREA_TOLERANCE_M2, (grown_m2, filled_m2)
    _assert_same_ground(before, after, filled_m2)
    _assert_no_one_sided_vertices(before, after, filled_m2)
    _assert_flows(before, edit)


def _assert_well_formed(before: Cells, edit: CoverageEdit) -> None:
    count = len(before)
    for positions in (edit.changed, edit.removed):
        assert positions.dtype == np.int64
        assert (np.diff(positions) > 0).all()
        assert ((positions >= 0) & (positions < count)).all()
    assert not np.isin(edit.changed, edit.removed).any()
    assert len(edit.changed) == len(edit.changed_geometry)
    assert len(edit.added_geometry) == len(edit.added_from) == len(edit.added_group)
    assert ((edit.added_from >= -1) & (edit.added_from < count)).all()
    touched = len(edit.changed) + len(edit.removed) + len(edit.added_geometry)
    assert touched > 0, "an edit that does nothing is an error to tell"
    unequal = [
        not shapely.equals_exact(shapely.normalize(old), shapely.normalize(new), 0.0)
        for old, new in zip(before.geometry[edit.changed], edit.changed_geometry)
    ]
    assert all(unequal), "a cell is called changed and is as it was"


def _assert_same_ground(before: Cells, after: Cells, filled_m2: float) -> None:
    for group in np.unique(np.concatenate([before.group, after.group])):
        old = shapely.union_all(before.geometry[before.group == group])
        new = shapely.union_all(after.geometry[after.group == group])
        assert shapely.area(shapely.difference(old, new)) < AREA_TOLERANCE_M2, "ground lost or passed to another area"
        assert shapely.area(shapely.difference(new, old)) < filled_m2 + AREA_TOLERANCE_M2, "ground from nowhere"
    overlap = shapely.area(after.geometry).sum() - shapely.area(shapely.union_all(after.geometry))
    assert overlap < AREA_TOLERANCE_M2, overlap


def _assert_no_one_sided_vertices(before: Cells, after: Cells, filled_m2: float) -> None:
    assert is_coverage(after.geometry) or not shapely.coverage_is_valid(before.geometry)
    if filled_m2 == 0:
        assert abs(_loose_m(after) - _loose_m(before)) < 1e-6, "shared edges differ"


def _loose_m(cells: Cells) -> float:
    table = edge_table(cells.geometry)
    return float(table.length[~table.shared].sum())


def _assert_flows(before: Cells, edit: CoverageEdit) -> None:
    flows, count = edit.flows, len(before)
    pairs = np.column_stack([flows.source, flows.target])
    assert (flows.area_m2 > 0).all()
    assert len(np.unique(pairs, axis=0)) == len(pairs)
    assert (np.lexsort((flows.target, flows.source)) == np.arange(len(pairs))).all()
    added = np.arange(len(edit.added_geometry)) + count
    assert not np.isin(flows.target, edit.removed).any()
    for source in np.union1d(edit.changed, edit.removed):
        given = flows.area_m2[flows.source == source].sum()
        assert abs(given - shapely.area(before.geometry[source])) < AREA_TOLERANCE_M2
    targets = np.concatenate([edit.changed, added])
    made = np.concatenate([edit.changed_geometry, edit.added_geometry])
    for target, geometry in zip(targets.tolist(), made):
        got = flows.area_m2[flows.target == target].sum()
        assert abs(got - shapely.area(geometry)) < AREA_TOLERANCE_M2
    group = np.concatenate([before.group, edit.added_group])
    real = flows.source != NOBODY
    assert (group[flows.source[real]] == group[flows.target[real]]).all(), "ground passed between areas"
