"""On a server with large tables a planner's window looks at few of their rows, and at all only where it is said here.

Opening, tree, save, forms and checks as the window makes them; the server itself writes down how many rows of which
table it looked at for each statement, by whatever way it came to them.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from qgis.core import QgsFeature, QgsFeatureRequest, QgsProject
from qgis.gui import QgsAttributeDialog, QgsAttributeEditorContext, QgsGui
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QTabWidget

from gridmgmt_plugin.gui.opening import late_tables
from gridmgmt_plugin.jobs.analysis.find_hotspots import find_hotspots
from gridmgmt_plugin.jobs.checks.validate_workspace import validate_workspace
from gridmgmt_plugin.jobs.people.ask_place import Where, ask_place
from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.project.shown_workspace import shown_layer, shown_layers
from gridmgmt_plugin.workspace.counts import kept
from gridmgmt_plugin.workspace.last_check import keep_check, lines_of_changes
from gridmgmt_plugin.workspace.light.answers import read_answers
from gridmgmt_plugin.workspace.light.finding import find_records
from gridmgmt_plugin.workspace.light.places import Place
from gridmgmt_plugin.workspace.postgis import idle_connections
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.colleague import Colleague
from tests.proof.explained import LOGIN, Explained, login_made, rows_looked_at
from tests.proof.large_town import CASE, CELL, COMMUNITY, COMPONENT, GRID, LANE, ROWS, make_large_town
from tests.proof.planner_at_work import cell_codes, work
from tests.qgis.editing.saving import town
from tests.qgis.fake_window import settle
from tests.qgis.gui.form_tools import FormTools
from tests.qgis.workspace_window import MapIface, built_shell, forget_settings, tasks_done, wait_for

#: So many rows of a large table one deed may look at, all its statements together.
FEW = 2_000
# What the tree shows one by one, with what is counted of it: places, posts that are held, lanes and where they run.
TREE = {"unit_grid": 2, "responsibility_grid": 1, "post": 2, "lane": 2, "lane_area": 1}
# Deed → table → how often it may be gone through as a whole, with the reason.
WHOLE = {
    # What lies in each cell and on each lane is counted; blocks of cases on the map need the middle of each cell;
    # QGIS asks for the extents of the layers that are shown first, and draws the responsibility grids.
    "opening": {**TREE, "unit_grid": 3, "responsibility_grid": 3, "cases": 2, "component": 2},
    "tree read again": TREE,
    "tree after a colleague's save": TREE,
    "tree after one's own save": TREE,
    # Among the last lines some may be stored late: these are looked at again, a thirtieth of all.
    "state with a check": {**TREE, "change_log": 0.04},
    # Which numbers are taken, of cells and of the register, is read when editing begins; later where it goes on.
    "split": {"unit_grid": 1, "code_register": 1},
    # A list to choose from, of either field that names a grid.
    "form of unit_grid": {"responsibility_grid": 2},
    # What lies in a community, a fortieth of all: all cases and those that are open; grids are too few for an index.
    "form of area": {"unit_grid": 0.03, "component": 0.03, "cases": 0.06, "responsibility_grid": 1},
    # Every rule looks at every row: each table is read once.
    "whole check": dict.fromkeys(set(ROWS) - {"release_item"}, 1),
    # An analysis of all cases; the cells are counted and then drawn.
    "hot spots": {"cases": 1, "unit_grid": 1},
}


@pytest.fixture(scope="module")
def large(postgis):
    """Return a large workspace as a login whose statements the server explains in its log."""
    made = make_large_town(postgis)
    login_made(postgis)
    yield replace(made, user=LOGIN)
    idle_connections.close_all()
    postgis.drop(made.schema)
    postgis.run(f"DROP ROLE {LOGIN}")


@pytest.fixture
def looked(postgis, large):
    """Return the function that does something and makes sure that it looked at few rows."""
    explained = Explained(postgis)

    def few(name, deed):
        looks = explained.of(deed)
        most = {table: round(FEW + WHOLE.get(name, {}).get(table, 0) * (rows + 100)) for table, rows in ROWS.items()}
        found = {table: rows for table, rows in rows_looked_at(looks).items() if rows > most.get(table, rows)}
        told = [look for look in looks if look.table in found and look.rows > FEW // 10]
        assert found == {}, "\n".join(map(str, told))

    return few


@pytest.fixture
def shell(qgis_app, monkeypatch):
    monkeypatch.setattr(late_tables, "_STILL_S", 0.0)
    monkeypatch.setattr(late_tables, "_LOOKS_MS", 20)
    forget_settings()
    remember("author", "测试员")
    with built_shell(MapIface()) as made:
        yield made
    idle_connections.close_all()


@pytest.fixture
def window(shell, large):
    """Return the window with the workspace in it, as soon as it shows everything."""
    _open(shell, large)
    return shell


def _open(shell, place):
    told = []
    shell.session.open(place, told.append)
    wait_for(lambda: told)
    assert told == [None]
    wait_for(lambda: shell.controller("tree").dock.model.summary is not None)
    for table in tables():  # also those that are opened when somebody turns to them
        shown_layer(QgsProject.instance(), table)
    wait_for(tasks_done)
    wait_for(lambda: place in kept._HEARD)


def _tree_read(shell, deed):
    """Do something and wait until the tree has read again."""
    model = shell.controller("tree").dock.model
    before = model.summary
    deed()
    wait_for(lambda: model.summary is not before)
    wait_for(tasks_done)


def test_opening_counts_cases_once_and_looks_at_no_other_large_table_that_it_does_not_show(shell, large, looked):
    looked("opening", lambda: _open(shell, large))


def test_the_tree_keeps_its_counts_over_ones_own_saves_and_those_of_colleagues(window, large, looked):
    tell = window.session.data_changed.emit
    # What was read before anybody heard what is written is counted once more.
    _tree_read(window, tell)
    looked("tree read again", lambda: _tree_read(window, tell))
    desk = town.Desk(Workspace.open(large))
    work(desk, 1, 1)
    assert desk.save()
    looked("tree after one's own save", lambda: _tree_read(window, tell))
    desk.close()
    colleague = Colleague(replace(large, user="postgres"))
    try:
        saving = ("cases", "id", CASE)
        looked(
            "tree after a colleague's save",
            lambda: _tree_read(window, lambda: colleague.save(*saving, unit_grid=CELL)),
        )
    finally:
        colleague.leave()
    (cell,) = [place for place in window.controller("tree").dock.model.summary.places if place.code == CELL]
    assert cell.figures.cases == 51


def test_the_state_panel_looks_at_what_was_logged_lately(window, large, looked):
    workspace = Workspace.open(large)
    keep_check(workspace, 0, 0, "2026-01-01T00:00:00", lines_of_changes(workspace))
    tell = window.session.data_changed.emit
    _tree_read(window, tell)
    looked("state with a check", lambda: _tree_read(window, tell))


def test_gestures_and_saves_look_at_what_they_change_and_what_lies_around(window, large, looked):
    desk = town.Desk(Workspace.open(large))

    def saved(one):
        assert one.save(stop=False), one.refusals

    looked("split", lambda: work(desk, 2, 2))
    looked("save of a split", lambda: saved(desk))
    desk.layer.startEditing()
    looked("merge", lambda: _merged(desk, 2, 2))
    looked("save of a merge", lambda: saved(desk))
    desk.layer.startEditing()
    looked("another split", lambda: work(desk, 2, 3))
    looked("save of another split", lambda: saved(desk))
    desk.layer.startEditing()
    _changed(desk, f"\"code\" = '{CELL}'", note="改")
    looked("save of a form", lambda: saved(desk))
    desk.close()
    for table, key, value, column in (
        ("cases", "id", CASE, "note"),
        ("component", "code", COMPONENT, "note"),
        ("lane", "code", LANE, "alias"),
    ):
        desk = town.Desk(Workspace.open(large), table)
        _changed(desk, f"\"{key}\" = '{value}'", **{column: "改"})
        looked(f"save of {table}", lambda one=desk: saved(one))
        desk.close()
    desk = town.Desk(Workspace.open(large), "cases")
    desk.add(town.shapely.Point(*town.place(0.3, 0.3)), id="新案")
    looked("save of a new case", lambda: saved(desk))
    desk.close()
    workspace = Workspace.open(large)
    layout = workspace.info.code_layout
    looked("new numbers", lambda: RegisterStore(workspace, layout, "unit_grid", [CELL], [COMMUNITY]))


def _merged(desk, column, row):
    codes = cell_codes(desk, column, row)
    (x, y), (right, top) = town.place(column, row), town.place(column + 1, row + 1)
    near = desk.editor.neighbourhood((x, y, right, top))
    members = town.np.array([near.code.tolist().index(code) for code in codes])
    desk.editor.apply(near, town.merge(near.cells, members, town.TOLERANCE))


def _changed(desk, condition, **values):
    feature = next(desk.layer.getFeatures(QgsFeatureRequest().setFilterExpression(condition)))
    desk.layer.beginEditCommand("属性")
    for name, value in values.items():
        assert desk.layer.changeAttributeValue(feature.id(), desk.layer.fields().lookupField(name), value)
    desk.layer.endEditCommand()


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [
        ("unit_grid", "code", CELL),
        ("cases", "id", CASE),
        ("component", "code", COMPONENT),
        ("lane", "code", LANE),
        ("responsibility_grid", "code", GRID),
        ("area", "code", COMMUNITY),
    ],
)
def test_a_form_with_its_lists_looks_at_what_it_shows(window, looked, table, key, value):
    looked(f"form of {table}", lambda: _shown_form(table, f"\"{key}\" = '{value}'"))


def _shown_form(table, condition):
    layer, tools, surroundings = shown_layers(QgsProject.instance())[table], FormTools(), QgsAttributeEditorContext()
    surroundings.setVectorLayerTools(tools)
    surroundings.setFormMode(QgsAttributeEditorContext.FormMode.StandaloneDialog)
    QgsGui.editorWidgetRegistry().initEditors()
    row = next(layer.getFeatures(QgsFeatureRequest().setFilterExpression(condition)))
    form = QgsAttributeDialog(layer, QgsFeature(row), False, None, True, surroundings)
    form.show()
    for tabs in form.findChildren(QTabWidget):
        for at in range(tabs.count()):
            tabs.setCurrentIndex(at)
            QCoreApplication.processEvents()
    wait_for(tasks_done)
    form.close()
    form.deleteLater()
    settle()


def test_what_is_only_counted_or_read_without_a_condition_would_be_found(large, looked):
    for table in ("cases", "component", "change_log"):
        with pytest.raises(AssertionError, match=table):
            looked("count", lambda table=table: Workspace.open(large).count(table))
    with pytest.raises(AssertionError, match="lane"):
        looked("read", lambda: Workspace.open(large).read("lane", ["code"], geometry=False))


def test_who_answers_is_looked_up(large, looked):
    looked("who answers", lambda: read_answers(large, Place("unit_grid", CELL, "", -1), "cg"))
    looked("who answers", lambda: ask_place(Workspace.open(large), Where(table="unit_grid", code=CELL)))


def test_a_number_that_somebody_types_is_looked_up_by_either_end(large, looked):
    case = f"{CASE}77"
    assert case in {one.code for one in find_records(large, case)}
    for text in (f"{case}9", f"{case[1:]}7", COMPONENT[:-1], COMPONENT[1:], "没有这个编号"):
        looked("search", lambda text=text: find_records(large, text))


def test_a_check_of_everything_reads_each_table_once(large, looked):
    def check():
        workspace = Workspace.open(large)
        lines_of_changes(workspace)
        validate_workspace(workspace)

    looked("whole check", check)
    looked("hot spots", lambda: find_hotspots(Workspace.open(large), level="unit_grid"))
