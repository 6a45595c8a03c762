"""The docks and dialogs about people, duties and disputed components, for the house of all windows."""

from __future__ import annotations

import shapely

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.gui.people.assign_dialog import AssignDialog
from gridmgmt_plugin.gui.people.ownership_dialogs import CaseDialog, RulingDialog
from gridmgmt_plugin.jobs.people.ask_place import Where
from tests.qgis.fake_window import settle
from tests.qgis.workspace_window import COMMUNITIES, tasks_done, wait_for

_DEPARTMENTS = (("D1", "水务局 D1"), ("D2", "园林局 D2"))


def fill_people(transaction):
    """Give a district departments, a rule that is settled, one in dispute, and components of unclear ownership."""
    codes, names = zip(*_DEPARTMENTS)
    transaction.insert("department", _rows(code=codes, name=names))
    transaction.insert(
        "duty_rule",
        _rows(
            id=["R1", "R2"],
            class_kind=["component"] * 2,
            class_prefix=["0101", "0102"],
            department_code=codes,
            state=["明确", "争议"],
        ),
    )
    parts = _rows(
        code=["Q1", "Q2"],
        class_code=["0101", "0102"],
        owner_state=["争议", "待认定"],
        department_code=codes,
        surveyed_on=["2020-01-01", None],
    )
    transaction.insert("component", Rows(parts.columns, shapely.points([30.0, 330.0], [20.0, 20.0])))


def people_visits(house):
    """Return name → visit of what stands in ``house`` about people."""
    about, window = "Q1 井盖 cover", house.window
    return {
        "staff": lambda look: _staff(house, look),
        "duty list": lambda look: _duty_list(house, look),
        "ownership": lambda look: _ownership(house, look),
        "answers": lambda look: _answers(house, look),
        "assigned person": lambda look: house.look(
            AssignDialog("第1网格 1", "responsibility_grid", [("A", "示例甲 A")], "A", window), look
        ),
        "ownership case": lambda look: house.look(CaseDialog(about, _DEPARTMENTS, "水务局", "D1", window), look),
        "ownership ruling": lambda look: house.look(RulingDialog(about, _DEPARTMENTS, window), look),
    }


def _rows(**columns):
    return Rows({name: as_column(values) for name, values in columns.items()})


def _dock(house, key, is_filled, look):
    """Show the dock of an action, look at it once it is filled, and put it away."""
    desk = house.shell.controller(key)
    desk.trigger(key, True)
    wait_for(lambda: tasks_done() and is_filled(desk.dock))
    settle()
    look(desk.dock)
    desk.dock.setUserVisible(False)
    settle()


def _staff(house, look):
    _dock(house, "staff", lambda dock: dock.models[0].rowCount() > 0, look)


def _duty_list(house, look):
    def choose(dock):
        dock.table.setCurrentIndex(dock.model.index(1, 0))
        settle()
        look(dock)

    _dock(house, "duty_list", lambda dock: dock.model.rowCount() > 1, choose)


def _ownership(house, look):
    def choose(dock):
        dock.table.selectRow(0)
        settle()
        look(dock)

    _dock(house, "ownership", lambda dock: dock.table.rowCount() > 0, choose)


def _answers(house, look):
    asking = house.shell.controller("ask_here")
    asking._ask(Where(60.0, 50.0))
    code = f"{next(iter(COMMUNITIES))}001"
    _dock(house, "ask_here", lambda dock: code in dock.page.toPlainText(), look)
    asking.trigger("ask_here", False)
    settle()
