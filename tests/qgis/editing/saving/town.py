"""A town of two communities with everything that hangs on its unit grids, and a desk to edit it at."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np
import shapely
from qgis.core import QgsFeature, QgsGeometry, QgsPointXY, QgsVectorLayer

from gridmgmt_plugin.core.coverage.gestures.edit import EditTolerance
from gridmgmt_plugin.core.coverage.gestures.merging import merge
from gridmgmt_plugin.core.coverage.gestures.splitting import split
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.editing.gestures.editor import GridEditor
from gridmgmt_plugin.editing.painting.painted_scheme import PaintedScheme
from gridmgmt_plugin.editing.saving.guard import SaveGuard
from gridmgmt_plugin.project.layers import TABLE_PROPERTY, _open
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from gridmgmt_plugin.workspace.schema import table
from gridmgmt_plugin.workspace.workspace import Workspace

FRAME = Frame(kind="epsg", epsg=4548, label="CGCS2000 / 3-degree Gauss-Kruger CM 117E")
X, Y, SIZE, SIDE = 500_000.0, 4_000_000.0, 100.0, 4
AREAS = ("990101001001", "990101001002")
TOLERANCE = EditTolerance()


def in_both(function):
    """Run a test in a file and in a database."""
    function.in_both = True
    return function


def in_file(function):
    """Run a test in a file alone, whatever its module says."""
    function.in_both = False
    return function


def code(number: int, area: int = 0) -> str:
    """Return the code of a cell of the town; cells count from the south-west, row by row."""
    return f"{AREAS[area]}{number:03d}"


def box(column: float, row: float, wide: float = 1.0, high: float = 1.0) -> shapely.Polygon:
    """Return a rectangle in units of a cell, counted from the south-west corner of the town."""
    x, y = X + column * SIZE, Y + row * SIZE
    return shapely.box(x, y, x + wide * SIZE, y + high * SIZE)


def place(column: float, row: float) -> tuple[float, float]:
    return X + column * SIZE, Y + row * SIZE


@cache
def town_file(valid: tuple[int, ...], policy: str) -> bytes:
    """Return the content of a town's file: making the tables takes longer than most tests."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.gpkg"
        build_town(path, valid, policy)
        return path.read_bytes()


def make_town(location, *, valid: tuple[int, ...] = (), policy: str = "larger_keeps") -> Workspace:
    """Two communities of 4 × 4 squares side by side; ``valid``: cells whose code was handed over."""
    if isinstance(location, GeoPackageLocation):
        location.path.write_bytes(town_file(valid, policy))
        return Workspace.open(location)
    return build_town(location, valid, policy)


def build_town(location, valid: tuple[int, ...], policy: str) -> Workspace:
    info = WorkspaceInfo(FRAME, "990101", "示例区", split_policy=policy)
    cells = [(area, n) for area in range(len(AREAS)) for n in range(SIDE * SIDE)]
    states = ["valid" if n + 1 in valid and area == 0 else "draft" for area, n in cells]
    codes = [code(n + 1, area) for area, n in cells]
    shapes = [box(area * SIDE + n % SIDE, n // SIDE) for area, n in cells]
    grids = [f"{AREAS[area]}{1 + n // (2 * SIDE):03d}" for area, n in cells]
    units = {
        "code": codes,
        "name": [f"网格{n}" for n in range(len(codes))],
        "area_code": [text[:12] for text in codes],
        "area_m2": [SIZE * SIZE] * len(codes),
        "grid_kind": ["街区"] * len(codes),
        "population": [100] * len(codes),
        "state": states,
        "valid_from": ["2024-01-01"] * len(codes),
    }
    with Workspace.create(location, info) as (_, t):
        t.insert(
            "area",
            Rows(
                {
                    "code": as_column(AREAS),
                    "level": as_column(["community"] * len(AREAS)),
                    "name": as_column(["湖滨社区", "书院社区"][at % 2] for at in range(len(AREAS))),
                },
                as_column(box(at * SIDE, 0, SIDE, SIDE) for at in range(len(AREAS))),
            ),
        )
        t.insert("scheme", Rows.from_records([{"key": "cg", "title": "城管巡查", "base": "unit_grid"}]))
        t.add_column("unit_grid", "rg_cg", "text")
        columns = {name: as_column(values) for name, values in {**units, "rg_cg": grids}.items()}
        t.insert("unit_grid", Rows(columns, as_column(shapes)))
        t.insert("code_register", register_rows(codes, states))
        t.insert("responsibility_grid", grid_rows(grids, shapes))
        t.insert(
            "component", point_rows([(c + 0.25, r + 0.25) for r in range(SIDE) for c in range(len(AREAS) * SIDE)])
        )
        cases = point_rows([(0.75, 0.75), (1.0, 0.5)])
        t.insert("cases", Rows({"id": as_column(["案1", "案2"]), "unit_grid": cases["unit_grid"]}, cases.geometry))
        exempt = [
            {"rule": "sliver", "object_key": code(1), "reason": "河边"},
            {"rule": "overlap", "object_key": f"{code(2)}|{code(3)}", "reason": "待测"},
        ]
        t.insert("exemption", Rows.from_records(exempt))
    return Workspace.open(location)


def register_rows(codes, states) -> Rows:
    entries = [{"code": c, "kind": "unit_grid", "state": s} for c, s in zip(codes, states)]
    return Rows.from_records(entries)


def grid_rows(grids, shapes) -> Rows:
    names = sorted(set(grids))
    outlines = [shapely.union_all([s for g, s in zip(grids, shapes) if g == name]) for name in names]
    return Rows(
        {
            "scheme": as_column(["cg"] * len(names)),
            "code": as_column(names),
            "name": as_column(f"责任网格{n}" for n in range(len(names))),
            "unit_count": as_column([grids.count(name) for name in names]),
            "area_m2": as_column([float(outline.area) for outline in outlines]),
        },
        as_column(outlines),
    )


def point_rows(places) -> Rows:
    points = [shapely.Point(*place(*at)) for at in places]
    units = []
    for column, row in places:
        area, local = divmod(int(np.ceil(column) - 1 if float(column).is_integer() else column), SIDE)
        units.append(code(int(row) * SIDE + local + 1, area))
    codes = [f"99010100100101{n:06d}" for n in range(len(places))]
    return Rows({"code": as_column(codes), "unit_grid": as_column(units)}, as_column(points))


class Desk:
    """A planner at work on one layer: our tools, QGIS's own, the guard, and what it said."""

    def __init__(self, workspace: Workspace, name: str = "unit_grid", author: str = "王工") -> None:
        self.workspace = workspace
        self.layer: QgsVectorLayer = _open(workspace, table(name), "zh_CN", may_have_style=True)
        self.layer.setCustomProperty(TABLE_PROPERTY, name)
        self.editor = GridEditor(self.layer, workspace) if name == "unit_grid" else None
        self.refusals, self.reports = [], []
        self.guard = SaveGuard(
            self.layer,
            workspace,
            self.editor.journal if self.editor else None,
            lambda: author,
            self.refusals.append,
            self.reports.append,
        )
        self.guard.attach()
        if self.editor:
            self.editor.before_gesture.append(self.guard.sweep)
        self.begin()

    def begin(self) -> None:
        assert self.layer.startEditing()

    def close(self) -> None:
        if self.layer.isEditable():
            self.layer.rollBack()
        self.guard.detach()
        if self.editor:
            self.editor.close()

    def near(self, *codes: str):
        bounds = shapely.total_bounds([self.shape(c) for c in codes])
        near = self.editor.neighbourhood(tuple(bounds))
        return near, [near.code.tolist().index(c) for c in codes]

    def split(self, number: int, line, area: int = 0, **options):
        cut = shapely.LineString([place(*at) for at in line])
        near = self.editor.neighbourhood(cut.bounds)
        target = near.code.tolist().index(code(number, area))
        edit = split(near.cells, cut, TOLERANCE, np.array([target]))
        return self.editor.apply(near, edit, **options)

    def merge(self, *numbers: int, area: int = 0):
        near, members = self.near(*(code(n, area) for n in numbers))
        return self.editor.apply(near, merge(near.cells, np.array(members), TOLERANCE))

    def feature(self, text: str) -> QgsFeature:
        return next(f for f in self.layer.getFeatures() if f["code"] == text)

    def shape(self, text: str):
        return shapely.from_wkb(self.feature(text).geometry().asWkb().data())

    def codes(self) -> list[str]:
        return sorted(str(f["code"]) for f in self.layer.getFeatures())

    def set(self, text: str, **values) -> None:
        fid = self.feature(text).id()
        self.layer.beginEditCommand("属性")
        for name, value in values.items():
            assert self.layer.changeAttributeValue(fid, self.layer.fields().lookupField(name), value)
        self.layer.endEditCommand()

    def add(self, shape=None, **values) -> None:
        """Add a row with QGIS's own means, as a form or its digitising tool does."""
        feature = QgsFeature(self.layer.fields())
        if shape is not None:
            geometry = QgsGeometry()
            geometry.fromWkb(shapely.to_wkb(shape))
            feature.setGeometry(geometry)
        for name, value in values.items():
            feature[name] = value
        self.layer.beginEditCommand("添加")
        assert self.layer.addFeature(feature)
        self.layer.endEditCommand()

    def move_vertex(self, text: str, start, end) -> None:
        """Move a vertex of one cell alone, as QGIS's vertex tool does without topological editing."""
        feature = self.feature(text)
        geometry = QgsGeometry(feature.geometry())
        at = place(*start)
        vertex = geometry.closestVertex(QgsPointXY(*at))[1]
        geometry.moveVertex(*place(*end), vertex)
        self.layer.beginEditCommand("节点")
        assert self.layer.changeGeometry(feature.id(), geometry)
        self.layer.endEditCommand()

    def save(self, *, stop: bool = False) -> bool:
        return self.layer.commitChanges(stop)


@contextmanager
def painted(desk: Desk, numbers: Sequence[int], grid: str) -> Iterator[None]:
    """Have cells painted into a responsibility grid of the first scheme for the length of the block."""
    scheme = PaintedScheme(desk.editor, "cg")
    scheme.refresh()
    units = [scheme.rows.code.tolist().index(code(number)) for number in numbers]
    scheme.write(scheme.assignment.move(units, scheme.assignment.number(grid)))
    yield
    scheme.close()


def rows_of(workspace: Workspace, name: str, key: str = "code") -> dict:
    """Return a table as key → row."""
    rows = workspace.read(name)
    records = rows.records()
    if rows.geometry is not None:
        for record, shape in zip(records, rows.geometry):
            record["geometry"] = shape
    return {record[key]: record for record in records}


def log_of(workspace: Workspace) -> list[dict]:
    lines = workspace.read("change_log", geometry=False).records()
    for line in lines:
        for side in ("before", "after"):
            line[side] = None if line[side] is None else json.loads(line[side])
    return lines


def refused(desk) -> object:
    """Return why a save is refused, and make sure that it leaves everything as it was."""
    stack, told = desk.layer.undoStack(), len(desk.refusals)
    before = [stack.text(i) for i in range(stack.index())]
    cells = sorted((str(f["code"]), f.geometry().asWkb().data()) for f in desk.layer.getFeatures())
    assert not desk.save()
    assert len(desk.refusals) == told + 1
    desk.guard.sweep()
    assert [stack.text(i) for i in range(stack.count())] == before
    assert sorted((str(f["code"]), f.geometry().asWkb().data()) for f in desk.layer.getFeatures()) == cells
    assert desk.layer.isEditable()
    return desk.refusals[-1]
