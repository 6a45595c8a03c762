"""A window with a map canvas, and a small district to open in it: what the tests of docks and sessions share."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from weakref import WeakSet

import numpy as np
import shapely
from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtCore import QCoreApplication, QEventLoop, QTimer
from qgis.PyQt.QtWidgets import QApplication, QWidget

from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.opening.database_opening import DatabaseOpening
from gridmgmt_plugin.gui.opening.sample_words import write_in_english
from gridmgmt_plugin.project.settings import layout_key, remember
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.fake_window import settle
from tests.qgis.kept_district import KEPT, give_edits_up
from tests.qgis.map_window import MapIface

COUNTY, OFFICE = "990101", "990101001"
#: Of a database: what forms look names up in, with nothing on the map. It stays in memory until somebody turns to it.
LISTS_OF_NAMES = {"scheme", "department", "person", "ledger", "workspace_info"}
COMMUNITIES = {"990101001001": "南门社区", "990101001002": "北园社区"}


def shown_window(width: int = 1200, height: int = 800) -> MapIface:
    """Return a window of that size in pixels, on the screen.

    Nothing is painted in it: nobody looks, and that takes a sixth of a test. The walks through every window
    (``our_windows``) and the drivers in a real window (``tests/desktop``) paint; dialogs are windows of their own.
    """
    made = MapIface()
    made.mainWindow().resize(width, height)
    made.mainWindow().setUpdatesEnabled(False)
    made.mainWindow().show()
    return made


@contextmanager
def built_shell(iface: MapIface, algorithms: Sequence[str] = ()) -> Iterator[Shell]:
    """Lend the plugin's part of a window; afterwards wait for its tasks and leave an empty project behind."""
    made = Shell(iface, list(algorithms))
    made.build()
    try:
        yield made
        wait_for(tasks_done)
    finally:  # a window that a test left behind would be found by the next one
        give_edits_up()
        made.take_down()
        KEPT.put_back()
        settle()


@contextmanager
def shell_in_district(iface: MapIface, algorithms: Sequence[str], path: Path) -> Iterator[Shell]:
    """Lend the plugin with a district open in it that was laid out, as soon as the tree shows it and no task runs."""
    with built_shell(iface, algorithms) as made:
        made.session.open(path)
        wait_for(lambda: made.controller("tree").dock.model.summary is not None)
        wait_for(tasks_done)
        KEPT.note()
        yield made


def build_workspace(path: Path, units_per_community: int = 12, frame: Frame | None = None) -> Path:
    """Two communities of squares of 100 m, in responsibility grids of four; the last unit grid is in none.

    Each unit grid holds one component and two cases; one of each lies outside. One lane runs through both.
    """
    if isinstance(path, Path) and (units_per_community, frame) == (12, None):
        path.parent.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copyfile(_usual_district(), path))
    return _write_workspace(path, units_per_community, frame)


@cache
def _usual_district() -> Path:
    """Return a file with what most tests ask for; each has a copy."""
    folder = Path(tempfile.mkdtemp(prefix="gridmgmt-test-district-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return _write_workspace(folder / "district.gpkg", 12, None)


def _write_workspace(path: Path, units_per_community: int, frame: Frame | None) -> Path:
    frame = frame or Frame(kind="local", epsg=None, label="示例地方坐标系")
    with Workspace.create(path, WorkspaceInfo(frame, COUNTY, "示例区")) as (_, transaction):
        areas, units, grids = _areas(units_per_community), _units(units_per_community), []
        transaction.insert("area", areas)
        schemes = [{"key": "cg", "title": "城管巡查"}, {"key": "hw", "title": ""}]
        transaction.insert("scheme", Rows.from_records(schemes))
        for key in ("cg", "hw"):
            transaction.add_column("unit_grid", f"rg_{key}", "text")
        transaction.insert("unit_grid", units)
        for code in sorted({code for code in units["rg_cg"] if code}):
            members = units.geometry[np.array([code == value for value in units["rg_cg"]])]
            grids.append({"scheme": "cg", "code": code, "name": f"第{code[-3:]}责任网格", "area_code": code[:12]})
            grids[-1]["geometry"] = shapely.union_all(members)
        geometry = as_column(shapely.multipolygons([grid.pop("geometry")]) for grid in grids)
        transaction.insert("responsibility_grid", Rows.from_records(grids, geometry))
        _fill(transaction, units)
    return path


def _areas(count: int) -> Rows:
    records = [{"code": COUNTY, "level": "county", "name": "示例区", "parent_code": None}]
    records.append({"code": OFFICE, "level": "street_office", "name": "湖阳街道", "parent_code": COUNTY})
    for code, name in COMMUNITIES.items():
        records.append({"code": code, "level": "community", "name": name, "parent_code": OFFICE})
    width = 100.0 * count
    whole = shapely.box(0, 0, width, 200)
    boxes = [whole, whole, shapely.box(0, 0, width, 100), shapely.box(0, 100, width, 200)]
    return Rows.from_records(records, as_column(shapely.multipolygons([box]) for box in boxes))


def _units(count: int) -> Rows:
    records, shapes = [], []
    for row, community in enumerate(COMMUNITIES):
        for number in range(count):
            last = row == 1 and number == count - 1
            records.append(
                {
                    "code": f"{community}{number + 1:03d}",
                    "area_code": community,
                    "state": "draft",
                    "rg_cg": None if last else f"{community}{number // 4 + 1:03d}",
                }
            )
            shapes.append(shapely.box(number * 100, row * 100, number * 100 + 100, row * 100 + 100))
    return Rows.from_records(records, as_column(shapes))


def _fill(transaction, units: Rows) -> None:
    codes = [*units["code"], None]
    points = as_column([*shapely.centroid(units.geometry), shapely.Point(-50, -50)])
    parts = [{"code": f"P{n}", "class_code": "0101", "unit_grid": code} for n, code in enumerate(codes)]
    cases = [{"id": f"{n}", "class_code": "0101", "unit_grid": code} for n, code in enumerate(codes)]
    again = [{**case, "id": f"{case['id']}b"} for case in cases[:-1]]
    transaction.insert("component", Rows.from_records(parts, points))
    transaction.insert("cases", Rows.from_records(cases + again, as_column([*points, *points[:-1]])))
    line = as_column([shapely.MultiLineString([[(50, 0), (50, 200)]])])
    transaction.insert("lane", Rows.from_records([{"code": "L1", "name": "南北胡同", "street_code": OFFICE}], line))
    lane_areas = [{"lane_code": "L1", "area_code": code} for code in COMMUNITIES]
    transaction.insert("lane_area", Rows.from_records(lane_areas))
    transaction.insert("person", Rows.from_records([{"id": "A", "name": "示例甲"}, {"id": "B", "name": "示例乙"}]))
    grid = next(iter(COMMUNITIES)) + "001"
    posts = [
        {"id": "1", "target": "responsibility_grid", "target_code": grid, "scheme": "cg", "person_id": "A"},
        {"id": "2", "target": "lane", "target_code": "L1", "scheme": None, "person_id": "B"},
        {"id": "3", "target": "area", "target_code": OFFICE, "scheme": None, "person_id": "A"},
        {"id": "4", "target": "area", "target_code": OFFICE, "person_id": "B", "valid_to": "2020-01-01"},
    ]
    transaction.insert("post", Rows.from_records([{"role": "grid_leader", **post} for post in posts]))


def put_in_english(path: Path) -> None:
    """Say in English what :func:`build_workspace` has said in Chinese."""
    write_in_english(path)
    words = {
        COUNTY: "Sample District",
        OFFICE: "Huyang Office",
        "L1": "North Lane",
        "A": "Sample Jia",
        "B": "Sample Yi",
    }
    facts = {"county_name": "Sample District", "crs_label": "Sample frame"}
    workspace = Workspace.open(path)
    with workspace.transaction("", "test") as transaction:
        for table, key in (("area", "code"), ("lane", "code"), ("person", "id")):
            rows = workspace.read(table, geometry=False)
            names = [words.get(code, name) for code, name in zip(rows[key], rows["name"])]
            transaction.update(table, Rows({"name": as_column(names)}, None, rows.fid))
        rows = workspace.read("workspace_info", geometry=False)
        values = [facts.get(key, value) for key, value in zip(rows["key"], rows["value"])]
        transaction.update("workspace_info", Rows({"value": as_column(values)}, None, rows.fid))


def forget_settings() -> None:
    """Take away the settings that other tests left.

    The tree counts as widened: done in the middle of a test that would move the map under the hand.
    """
    QgsSettings().remove("gridmgmt")
    remember(layout_key("tree_widened"), True)


def wait_for(condition, seconds: float = 120.0) -> None:
    """Let Qt live until ``condition()`` holds; ``seconds`` only ends what waits in vain."""
    loop, ended = QEventLoop(), []
    watch, limit = QTimer(), QTimer()
    watch.timeout.connect(lambda: condition() and loop.quit())
    limit.setSingleShot(True)
    limit.timeout.connect(lambda: (ended.append(1), loop.quit()))
    watch.start(5)
    limit.start(int(1000 * seconds))
    if not condition():
        loop.exec()
    watch.stop()
    limit.stop()
    assert not ended, "waited in vain"
    QCoreApplication.processEvents()


def when_shown(name: str, deed: Callable[[QWidget], object]) -> None:
    """Do ``deed(dialog)`` as soon as a window of that object name is shown, also while it blocks the test."""

    def look() -> None:
        for widget in QApplication.topLevelWidgets():
            if widget.objectName() == name and widget.isVisible():
                deed(widget)
                return
        QTimer.singleShot(20, look)

    QTimer.singleShot(20, look)


def tasks_done() -> bool:
    """Tell whether no background task runs any more, and no workspace is being opened."""
    opening = any(one._on_done is not None for one in _OPENINGS)
    return not opening and QgsApplication.taskManager().countActiveTasks() == 0


def _noted(start: Callable[[DatabaseOpening], None]) -> Callable[[DatabaseOpening], None]:
    def noted(opening: DatabaseOpening) -> None:
        _OPENINGS.add(opening)
        start(opening)

    return noted


# Between two layers nothing runs: the planner has his turn.
_OPENINGS: WeakSet[DatabaseOpening] = WeakSet()
DatabaseOpening.start = _noted(DatabaseOpening.start)
