"""What a planner has written about staff, duty and schemes through the window, one deed like another: for tests that
ask the same of all of them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import shapely
from qgis.core import QgsProject
from qgis.PyQt.QtWidgets import QPushButton

from gridmgmt_plugin.core.duty.disputes import Dispute
from gridmgmt_plugin.core.duty.matrix import ClassRow, PlaceColumn
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.gui.lanes.officers_dock import LANES
from gridmgmt_plugin.gui.people.board_dock import POSTS
from gridmgmt_plugin.jobs.responsibility.scheme_acts import (
    adopt_alternative,
    copy_scheme,
    create_scheme,
    delete_scheme,
    set_scheme_rules,
)
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.light.places import Place
from gridmgmt_plugin.workspace.location import Location
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.fake_window import settle
from tests.qgis.gui.jobs.job_window import open_job, part
from tests.qgis.workspace_window import OFFICE, build_workspace, tasks_done, wait_for, when_shown

GRID = "990101001001001"
PART = "部件甲"
LANE = "L1"
WAITING = "990101-待"
# What is said or counted beside the rows themselves.
_BESIDE = ("change_log", "take_back", "handover_log", "workspace_info")
_UNCOUNTED = ("row_version", "fid", "changed_at", "changed_by")


def deeds_workspace(location: Path | Location) -> Workspace:
    """Make the small district with departments, duty rules, a disputed component, a case without a place and
    an alternative.
    """
    build_workspace(location)
    workspace = Workspace.open(location)
    with workspace.transaction("测试", "import_tables") as transaction:
        transaction.insert(
            "department",
            Rows.from_records([{"code": f"D{n}", "name": name} for n, name in enumerate(("水务局", "园林局"), 1)]),
        )
        rules = [{"id": "R1", "class_kind": "component", "class_prefix": "0101", "department_code": "D1"}]
        transaction.insert("duty_rule", Rows.from_records([{**rule, "state": "明确"} for rule in rules]))
        columns = {"code": PART, "class_code": "0101", "owner_state": "争议", "department_code": "D1"}
        parts = Rows({name: as_column([value]) for name, value in columns.items()}, shapely.points([30.0], [20.0]))
        transaction.insert("component", parts)
        transaction.insert("cases", Rows({"id": as_column([WAITING])}, as_column([None])))
    copy_scheme(workspace, "cg", "fa", "方案", alternative=True)
    units = workspace.read("unit_grid", geometry=False)
    joined = [
        None if code is None else code[:12] + "001" if code[:12] == GRID[:12] else code for code in units["rg_fa"]
    ]
    with workspace.transaction("测试", "import_tables") as transaction:
        transaction.set_column("unit_grid", "rg_fa", units.fids, joined)
    return workspace


@dataclass
class Stage:
    """A window with the district open in it. ``said``: every message since the deed began."""

    shell: Any
    kind: str
    location: Location
    folder: Path
    said: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        tell = self.shell.tell

        def heard(message: Any, *more: Any, **named: Any) -> Any:
            if isinstance(message, Message):
                self.said.append(message)
            return tell(message, *more, **named)

        self.shell.tell = heard

    @property
    def workspace(self) -> Workspace:
        """Return the workspace as it is stored."""
        return Workspace.open(self.location)

    def state(self) -> dict[str, list[str]]:
        """Return every row of every table, without what counts changes; empty cells are left out."""
        found = {}
        for table, rows in self.workspace.read_all().items():
            if table not in _BESIDE:
                records = [
                    {name: value for name, value in row.items() if value is not None and name not in _UNCOUNTED}
                    for row in rows.records()
                ]
                found[table] = sorted(map(repr, records))
        return found

    def layer(self, table: str) -> Any:
        """Return the layer of a table."""
        return shown_layer(QgsProject.instance(), table)


@dataclass(frozen=True)
class Deed:
    """``do(stage)``: through the window, to its end. ``table``: whose rows change. ``edit``: (table, column, key,
    changed column, value): what a hand changes between twice. ``again``: what is said the second time, "" where it
    goes well. ``backs``: whether it can be taken back. ``rows``: whether it changes rows of ``table`` at all.
    ``daily``: whether it is tried every day, or by "make proof" alone.
    """

    name: str
    do: Callable[[Stage], None]
    table: str
    edit: tuple[str, str, str, str, str]
    again: str = ""
    backs: bool = True
    rows: bool = True
    daily: bool = True

    def __str__(self) -> str:
        return self.name


def ended() -> None:
    """Wait for what was begun and for what is said of it; a planner who turned back has begun nothing."""
    wait_for(tasks_done)
    settle()
    wait_for(tasks_done)


def assign(stage: Stage) -> None:
    """Put a person on a grid."""

    def agree(dialog: Any) -> None:
        dialog.role.setCurrentIndex(dialog.role.findData("grid_worker"))
        dialog.weekdays.setText("1-5")
        dialog.findChild(QPushButton, "gridmgmt_assign_accept").click()

    shown(stage, "staff")
    when_shown("gridmgmt_assign_dialog", agree)
    place = Place("responsibility_grid", GRID, "第一责任网格", -1)
    stage.shell.attempt(lambda: stage.shell.controller("staff").assign(place, "cg", "B"))
    ended()


def end_post(stage: Stage) -> None:
    """End the post on the grid through the staffing board."""
    dock = shown(stage, "staff")
    at = dock.views[POSTS].model()

    def row() -> int:
        places = [str(at.index(n, 0).data()) for n in range(at.rowCount())]
        return next((n for n, place in enumerate(places) if place.endswith(GRID)), -1)

    wait_for(lambda: tasks_done() and row() >= 0)
    dock.tabs.setCurrentIndex(POSTS)
    dock.views[POSTS].selectRow(row())
    accept = "gridmgmt_end_accept"
    when_shown("gridmgmt_end_dialog", lambda dialog: dialog.findChild(QPushButton, accept).click())
    dock.findChild(QPushButton, "gridmgmt_staff_end").click()
    ended()


def print_sheet(stage: Stage) -> None:
    """Print the sheet for a meeting about owners, where the planner said."""
    dock = shown(stage, "ownership")
    wait_for(lambda: tasks_done() and dock.table.rowCount() > 0)
    dock.printer.click()
    ended()


def assign_officer(stage: Stage) -> None:
    """Give a person the lane through the dock of the officers."""
    dock = _officers(stage)
    dock.role.setCurrentIndex(dock.role.findData("lane_chief"))
    dock.person.setCurrentIndex(dock.person.findData("A"))
    stage.shell.attempt(lambda: stage.shell.controller("lane_officers").assign([LANE]))
    ended()


def end_officer(stage: Stage) -> None:
    """End the posts of the lane through the dock of the officers."""
    dock = _officers(stage)
    dock.role.setCurrentIndex(0)
    dock.tabs.setCurrentIndex(LANES)
    dock.views[LANES].selectAll()
    accept = "gridmgmt_end_accept"
    when_shown("gridmgmt_end_dialog", lambda dialog: dialog.findChild(QPushButton, accept).click())
    dock.deed_wanted.emit("end")
    ended()


def _officers(stage: Stage) -> Any:
    dock = shown(stage, "lane_officers")
    wait_for(lambda: tasks_done() and dock.person.findData("A") >= 0 and dock.models[LANES].rowCount() == 1)
    return dock


def inspect(stage: Stage) -> None:
    """Pass every item of the lane in a round of inspections."""
    dock = shown(stage, "inspect_lanes")
    dock.kind.setCurrentIndex(dock.kind.findData("市查"))
    wait_for(lambda: tasks_done() and dock.table.rowCount() == 1)
    dock.passer.click()
    dock.saver.click()
    ended()


def job(key: str, *, given: Callable[[Any], None] | None = None, **values: Any) -> Callable[[Stage], None]:
    """Have a job run by its dialog with these values; what can be called is given the stage.

    :param given: gives the dialog more by hand. What the dialog refuses counts as said.
    """

    def do(stage: Stage) -> None:
        dialog = open_job(stage.shell, key)
        for name, value in values.items():
            dialog.fields[name].show_value(value(stage) if callable(value) else value)
        if given is not None:
            given(dialog)
        part(dialog, "run").click()
        wait_for(tasks_done)
        if not dialog.shows_result():
            stage.said.append(
                Message(
                    "problem",
                    {
                        "text": html.unescape(
                            re.sub(r"<style.*?</style>|<[^>]*>", "", part(dialog, "forecast").text())
                        )
                    },
                )
            )
        dialog.reject()
        wait_for(tasks_done)

    return do


def set_duty(stage: Stage) -> None:
    """Change a cell of the duty matrix."""
    dock = shown(stage, "duty_list")
    dock.model.department_wanted.emit(ClassRow("component", "0101"), PlaceColumn(OFFICE), "D2")
    ended()


def open_case(stage: Stage) -> None:
    """Open a case about a component."""

    def agree(dialog: Any) -> None:
        dialog.claims.setPlainText("水务局\n园林局")
        dialog.findChild(QPushButton, "gridmgmt_case_accept").click()

    _dispute(stage, "case_wanted", "gridmgmt_case_dialog", agree)


def rule(stage: Stage) -> None:
    """Rule who owns a component."""

    def agree(dialog: Any) -> None:
        dialog.owner.setCurrentIndex(dialog.owner.findData("D2"))
        dialog.document.setText("纪要〔2026〕1号")
        dialog.findChild(QPushButton, "gridmgmt_ruling_accept").click()

    _dispute(stage, "ruling_wanted", "gridmgmt_ruling_dialog", agree)


def _dispute(stage: Stage, signal: str, dialog: str, agree: Callable[[Any], None]) -> None:
    dock = shown(stage, "ownership")
    told = {"component": PART, "class_code": "0101", "state": "争议", "department_code": "D1", "x": 30.0, "y": 20.0}
    blank = {field.name: -1 if field.name == "age_days" else "" for field in fields(Dispute)}
    dispute = Dispute(**{**blank, **told})
    when_shown(dialog, agree)
    getattr(dock, signal).emit(dispute)
    ended()


def shown(stage: Stage, key: str) -> Any:
    """Return the dock of an action, shown."""
    if not stage.shell.action(key).isChecked():
        stage.shell.action(key).trigger()
    wait_for(tasks_done)
    return stage.shell.controller(key).dock


def _scheme(act: Callable[..., Any], *given: Any, **more: Any) -> Callable[[Stage], None]:
    """Have an act on schemes carried out as the window's buttons do once their question is answered."""

    def do(stage: Stage) -> None:
        controller = stage.shell.controller("schemes")
        stage.shell.attempt(lambda: controller._run(act, act.__name__, given, more))
        ended()

    return do


_SCHEME_TITLE = ("scheme", "key", "hw", "title", "环卫作业")
_DUTY_ON_LANE = ("post", "id", "2", "duty", "巡查胡同")
_TITLE_OF_A = ("person", "id", "A", "title", "队长")
DEEDS_OF_STAFF = (
    Deed("assign", assign, "post", ("post", "id", "1", "duty", "巡查南门"), "assign_twice"),
    Deed(
        "hand_over",
        job("hand_over_posts", PERSON="A", SUCCESSOR="B"),
        "post",
        ("post", "id", "2", "duty", "巡查胡同"),
        "hand_over_nothing",
    ),
    Deed("end_post", end_post, "post", ("post", "id", "1", "duty", "巡查南门"), "officer_nothing_ends", daily=False),
    Deed("assign_officer", assign_officer, "post", _DUTY_ON_LANE, "officers_none_assigned"),
    Deed("end_officer", end_officer, "post", _DUTY_ON_LANE, "officer_nothing_ends"),
    Deed("inspect", inspect, "lane_inspection", _DUTY_ON_LANE),
    Deed(
        "reform",
        job("reform_department", DEPARTMENT="D1", SUCCESSOR="D2"),
        "department",
        ("component", "code", PART, "location", "南门口"),
        "department_reformed_already",
    ),
    Deed(
        "export_since",
        job("export_posts", FOLDER=lambda stage: str(stage.folder), TARGET="area", SINCE="2026-01-01"),
        "handover_log",
        ("post", "id", "3", "duty", "值守"),
        backs=False,
    ),
    Deed("duty", set_duty, "duty_rule", ("duty_rule", "id", "R1", "basis", "三定方案")),
    Deed("open_case", open_case, "component", ("component", "code", PART, "location", "南门口")),
    Deed("rule", rule, "component", ("component", "code", PART, "location", "南门口")),
    Deed(
        "scheme_rules",
        _scheme(set_scheme_rules, "hw", {"tolerance_percent": 20.0}),
        "scheme",
        _SCHEME_TITLE,
        backs=False,
        rows=False,
        daily=False,
    ),
    Deed("create", _scheme(create_scheme, "yl", "园林养护"), "scheme", _SCHEME_TITLE, "scheme_key_taken"),
    Deed("copy", _scheme(copy_scheme, "cg", "cb", "城管二"), "scheme", _SCHEME_TITLE, "scheme_key_taken"),
    Deed("adopt", _scheme(adopt_alternative, "fa"), "responsibility_grid", _TITLE_OF_A),
    Deed("delete", _scheme(delete_scheme, "fa", "方案"), "scheme", _SCHEME_TITLE, "scheme_not_known"),
)
#: What only reads: nothing that another does keeps it from its end, and it changes nothing.
READINGS = (
    Deed("staffing_tables", job("staffing_tables"), "post", DEEDS_OF_STAFF[0].edit, backs=False, rows=False),
    Deed("duty_coverage", job("duty_coverage"), "duty_rule", ("duty_rule", "id", "R1", "basis", "三定方案"),
         backs=False, rows=False, daily=False),
    Deed("evaluate", job("evaluate"), "cases", _TITLE_OF_A, backs=False, rows=False, daily=False),
    Deed("meeting_sheet", print_sheet, "component", ("component", "code", PART, "location", "南门口"), backs=False,
         rows=False, daily=False),
)  # fmt: skip
