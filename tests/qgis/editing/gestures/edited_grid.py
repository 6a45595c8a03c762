"""A workspace of square cells opened as a layer, and edits made by hand, so that nothing here rests on the core's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely
from qgis.core import QgsFeatureRequest, QgsGeometry, QgsPointXY, QgsRectangle, QgsVectorLayer

from gridmgmt_plugin.core.coverage.gestures.edit import CoverageEdit, Flows
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.editing.gestures.neighbourhood import Neighbourhood
from gridmgmt_plugin.project.layers import TABLE_PROPERTY
from gridmgmt_plugin.project.postgis_source import table_source
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.location import GeoPackageLocation, Location
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace

EPSG_FRAME = Frame(kind="epsg", epsg=4548, label="CGCS2000 / 3-degree Gauss-Kruger CM 117E")
LOCAL_FRAME = Frame(kind="local", epsg=None, label="示例地方坐标系")
WEST, EAST = "990101001001", "990101001002"
X0, Y0 = 500_000.0, 4_000_000.0
SIDE = 100.0


def square_rows(columns: int, rows: int) -> Rows:
    """Squares of 100 m; the western half lies in one community, the eastern half in the other."""
    at = np.arange(columns * rows)
    east = at // rows >= columns // 2
    x, y = X0 + SIDE * (at // rows), Y0 + SIDE * (at % rows)
    number = np.where(east, at - (columns // 2) * rows, at) + 1
    return Rows(
        {
            "code": as_column(f"{EAST if e else WEST}{n:03d}" for e, n in zip(east, number)),
            "name": as_column(f"格 {i}" for i in at),
            "area_code": as_column(EAST if e else WEST for e in east),
            "area_m2": as_column([SIDE * SIDE] * len(at)),
            "grid_kind": as_column(["街区"] * len(at)),
            "land_use": as_column(["居住"] * len(at)),
            "grade": as_column(["一级"] * len(at)),
            "responsible_code": as_column(["D1"] * len(at)),
            "fallback_code": as_column(["D2"] * len(at)),
            "mapped_scale": as_column(["1:500"] * len(at)),
            "households": as_column([101] * len(at)),
            "population": as_column([None] * len(at)),
            "rg_cg": as_column("R1" if e else "R2" for e in east),
            "note": as_column(["备注"] * len(at)),
            "valid_from": as_column(["2020-01-01"] * len(at)),
            "state": as_column(["valid"] * len(at)),
        },
        shapely.box(x, y, x + SIDE, y + SIDE),
    )


def cell_at(layer: QgsVectorLayer, x: float, y: float) -> int | None:
    """Return the row number of the cell at a point, that of the smaller code on a shared edge."""
    point = QgsGeometry.fromPointXY(QgsPointXY(x, y))
    near = layer.getFeatures(QgsFeatureRequest(QgsRectangle(x - 0.01, y - 0.01, x + 0.01, y + 0.01)))
    there = [(str(feature["code"]), int(feature.id())) for feature in near if feature.geometry().intersects(point)]
    return min(there)[1] if there else None


def make_workspace(
    path: Path | Location, columns: int = 4, rows: int = 3, *, frame: Frame = EPSG_FRAME, **info: str
) -> Workspace:
    """Write a workspace of squares with its areas and register."""
    units = square_rows(columns, rows)
    assert units.geometry is not None
    halves = [units.geometry[units["area_code"] == code] for code in (WEST, EAST)]
    areas = Rows(
        {
            "code": as_column([WEST, EAST]),
            "level": as_column(["community"] * 2),
            "name": as_column(["湖滨社区", "书院社区"]),
            "parent_code": as_column([WEST[:9]] * 2),
        },
        as_column(shapely.MultiPolygon([shapely.union_all(half)]) for half in halves),
    )
    register = {"code": units["code"], "kind": as_column(["unit_grid"] * len(units)), "state": units["state"]}
    with Workspace.create(path, WorkspaceInfo(frame, "990101", "示例区", **info)) as (_, transaction):
        transaction.add_column("unit_grid", "rg_cg", "text")
        transaction.insert("area", areas)
        transaction.insert("unit_grid", units)
        transaction.insert("code_register", Rows(register))
    return Workspace.open(path)


def unit_layer(workspace: Workspace) -> QgsVectorLayer:
    """Open the unit grids alone, marked as the plugin marks them."""
    place = workspace.location
    if isinstance(place, GeoPackageLocation):
        layer = QgsVectorLayer(f"{place.path}|layername=unit_grid", "单元网格", "ogr")
    else:
        source = table_source(place, tables()["unit_grid"], workspace.info.frame.epsg)
        layer = QgsVectorLayer(source, "单元网格", "postgres")
    assert layer.isValid()
    layer.setCustomProperty(TABLE_PROPERTY, "unit_grid")
    return layer


def snapshot(layer: QgsVectorLayer) -> dict[int, tuple]:
    """Return every row of the layer as it stands, to the last bit."""
    return {
        feature.id(): (feature.geometry().asWkb().data(), tuple(map(str, feature.attributes())))
        for feature in layer.getFeatures()
    }


def codes_of(layer: QgsVectorLayer) -> list[str]:
    """Return the codes that the layer holds, sorted."""
    return sorted(str(feature["code"]) for feature in layer.getFeatures())


def edit_of(kind: str, near: Neighbourhood, **parts) -> CoverageEdit:
    """Put an edit together; flows follow from the outlines."""
    changed = np.array(parts.get("changed", []), dtype=np.int64)
    removed = np.array(parts.get("removed", []), dtype=np.int64)
    added_from = np.array(parts.get("added_from", []), dtype=np.int64)
    changed_geometry = as_column(parts.get("changed_geometry", []))
    added_geometry = as_column(parts.get("added_geometry", []))
    group = near.cells.group[added_from] if len(added_from) else np.empty(0, dtype=np.int64)
    group = np.array(parts.get("added_group", group), dtype=np.int64)
    flows = _flows(near, changed, changed_geometry, added_geometry, removed)
    return CoverageEdit(kind, changed, changed_geometry, added_geometry, added_from, group, removed, flows)


def _flows(near, changed, changed_geometry, added_geometry, removed) -> Flows:
    before, count = near.cells.geometry, len(near)
    sources = sorted({*changed.tolist(), *removed.tolist()})
    targets = [*zip(changed.tolist(), changed_geometry), *((count + j, g) for j, g in enumerate(added_geometry))]
    found = []
    for source in sources:
        for target, shape in targets:
            area = shapely.intersection(before[source], shape).area
            if area > 1e-9:
                found.append((source, target, area))
    found.sort()
    source, target, area = zip(*found) if found else ((), (), ())
    return Flows(np.array(source, dtype=np.int64), np.array(target, dtype=np.int64), np.array(area, dtype=float))


def split_square(near: Neighbourhood, position: int, share: float = 0.7, *, across: bool = False) -> CoverageEdit:
    """Cut a rectangle in two; the larger part stays."""
    minx, miny, maxx, maxy = near.cells.geometry[position].bounds
    if across:
        cut = miny + share * (maxy - miny)
        parts = [shapely.box(minx, miny, maxx, cut), shapely.box(minx, cut, maxx, maxy)]
    else:
        cut = minx + share * (maxx - minx)
        parts = [shapely.box(minx, miny, cut, maxy), shapely.box(cut, miny, maxx, maxy)]
    parts.sort(key=lambda part: -part.area)
    return edit_of(
        "split", near, changed=[position], changed_geometry=parts[:1], added_from=[position], added_geometry=parts[1:]
    )


def split_anywhere(near: Neighbourhood, position: int, share: float, *, across: bool) -> CoverageEdit:
    """Cut a cell of any shape by a straight line; the largest part stays."""
    shape = near.cells.geometry[position]
    minx, miny, maxx, maxy = shape.bounds
    if across:
        cut = miny + share * (maxy - miny)
        halves = [shapely.box(minx, miny, maxx, cut), shapely.box(minx, cut, maxx, maxy)]
    else:
        cut = minx + share * (maxx - minx)
        halves = [shapely.box(minx, miny, cut, maxy), shapely.box(cut, miny, maxx, maxy)]
    pieces = shapely.get_parts(shapely.intersection(shape, halves))
    parts = sorted(pieces[shapely.get_dimensions(pieces) == 2], key=lambda part: -part.area)
    new = parts[1:]
    return edit_of(
        "split",
        near,
        changed=[position],
        changed_geometry=parts[:1],
        added_from=[position] * len(new),
        added_geometry=new,
    )


def merge_squares(near: Neighbourhood, keeper: int, other: int) -> CoverageEdit:
    """Put two neighbours together."""
    both = shapely.union(near.cells.geometry[keeper], near.cells.geometry[other])
    return edit_of("merge", near, changed=[keeper], changed_geometry=[both], removed=[other])


def move_border(near: Neighbourhood, west: int, east: int, by_m: float) -> CoverageEdit:
    """Move the border between two squares side by side."""
    a, b = near.cells.geometry[west].bounds, near.cells.geometry[east].bounds
    shapes = {west: shapely.box(a[0], a[1], a[2] + by_m, a[3]), east: shapely.box(b[0] + by_m, b[1], b[2], b[3])}
    order = sorted(shapes)
    return edit_of("reshape", near, changed=order, changed_geometry=[shapes[i] for i in order])


def neighbours_along_an_edge(near: Neighbourhood, position: int) -> list[int]:
    """Return the cells of the same area that a cell can be merged with into one polygon."""
    shapes, group = near.cells.geometry, near.cells.group
    both = shapely.union(shapes[position], shapes)
    fits = (shapely.get_type_id(both) == 3) & (group == group[position])
    return [int(other) for other in np.flatnonzero(fits) if other != position]


def cell_bounds(column: int, row: int) -> tuple[float, float, float, float]:
    """Return bounds well inside one square."""
    x, y = X0 + SIDE * column, Y0 + SIDE * row
    return x + 20, y + 20, x + 80, y + 80
