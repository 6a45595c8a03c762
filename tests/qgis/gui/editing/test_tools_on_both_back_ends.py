"""Every tool and the save with it, in a file and in a database: the same strokes leave the same rows."""

from __future__ import annotations

import threading

import pytest
import shapely
from qgis.PyQt.QtCore import Qt

from gridmgmt_plugin.gui.opening.server_wait import ServerWait
from gridmgmt_plugin.workspace import patience
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.postgis import connection as postgis_connection
from gridmgmt_plugin.workspace.postgis import idle_connections
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.gui.editing.conftest import in_both
from tests.qgis.gui.editing.tool_window import Bench, answer
from tests.qgis.workspace_window import build_workspace, tasks_done, wait_for

A, B = "990101001001", "990101001002"


@pytest.fixture
def place(place_in_both):
    return place_in_both


@pytest.fixture
def desk(qgis_app, place):
    made = Bench(place)
    yield made
    made.close()


def split(bench):
    bench.choose("split")
    bench.hand.click(170, -10)
    bench.hand.double_click(170, 110)


def merge(bench):
    bench.choose("merge")
    bench.hand.click(50, 50)
    bench.hand.click(150, 50)
    bench.hand.enter()


def reshape(bench):
    bench.choose("reshape")
    bench.hand.drag((80, 30), (120, 30), (120, 70), (80, 70))


def move_vertex(bench):
    bench.choose("vertex")
    bench.hand.double_click(100, 50)
    bench.hand.drag((100, 50), (120, 60))


def draw(bench):
    bench.choose("draw")
    bench.hand.click(80, 30)
    bench.hand.click(120, 30)
    bench.hand.click(120, 70)
    bench.hand.double_click(80, 70)


def absorb(bench):
    bench.choose("absorb")
    answer("gridmgmt_absorb_question", "gridmgmt_absorb_question_yes")
    bench.hand.click(50, 50)


def enclose(bench):
    bench.choose("enclose")
    bench.hand.click(25, 50)


def stored(place):
    """Return code → area and attributes of every stored cell, and what hangs on the cells."""
    workspace = Workspace.open(place)
    units = workspace.read("unit_grid")
    cells = {
        row["code"]: (round(float(shape.area), 3), row["area_code"], row["state"], row["rg_cg"])
        for row, shape in zip(units.records(), units.geometry)
    }
    points = {row["code"]: row["unit_grid"] for row in workspace.read("component", geometry=False).records()}
    register = {row["code"]: row["state"] for row in workspace.read("code_register", geometry=False).records()}
    ground = shapely.union_all(units.geometry).area
    return cells, points, register, round(float(ground), 3)


STROKES = (split, merge, reshape, move_vertex, draw, absorb, enclose)
RESULTS: dict[str, object] = {}
# What changes rows, adds one and takes one away; a save knows no other strokes than by that.
IN_DATABASE = (split, draw, absorb)
EACH = [
    pytest.param(
        kind,
        stroke,
        id=f"{stroke.__name__}-{kind}",
        marks=[] if kind == "file" or stroke in IN_DATABASE else pytest.mark.proof,
    )
    for kind in ("file", "database")
    for stroke in STROKES
]


@pytest.mark.daily(1)
@pytest.mark.parametrize(("place_in_both", "stroke"), EACH, indirect=["place_in_both"])
def test_a_stroke_is_saved_and_taken_back(desk, place, stroke):
    before = stored(place)
    stroke(desk)
    assert desk.messages() == []
    assert desk.stack()
    in_buffer = desk.cells()
    assert desk.layer.commitChanges(True)
    wait_for(tasks_done)
    after = stored(place)
    assert after != before
    assert {code: cell[0] for code, cell in after[0].items()} == in_buffer
    assert after[3] == before[3]
    # The file comes first, the database has to agree with it.
    assert RESULTS.setdefault(stroke.__name__, after) == after
    take_back_last(Workspace.open(place), "示例员")
    assert stored(place) == before


def chosen(bench):
    return sorted(feature["code"] for feature in bench.layer.selectedFeatures())


@pytest.mark.daily(1)
@in_both
def test_what_is_selected_stays_selected_over_a_save_as_far_as_it_is_still_there(desk, place):
    ids = {feature["code"]: feature.id() for feature in desk.layer.getFeatures()}
    desk.layer.selectByIds([ids[f"{A}001"], ids[f"{A}002"]])
    split(desk)
    assert desk.layer.commitChanges(False)
    wait_for(tasks_done)
    assert chosen(desk) == [f"{A}001", f"{A}002"]
    merge(desk)
    left = {feature["code"] for feature in desk.layer.getFeatures()}
    assert desk.layer.commitChanges(False)
    wait_for(tasks_done)
    assert chosen(desk) == sorted(left & {f"{A}001", f"{A}002"})
    assert len(desk.layer.selectedFeatureIds()) == len(chosen(desk)) == 1


@pytest.mark.daily(1)
@in_both
@pytest.mark.proof
def test_a_refused_save_leaves_the_database_alone(desk, place):
    before = stored(place)
    split(desk)
    feature = next(f for f in desk.layer.getFeatures() if f["code"] == f"{A}005")
    geometry = feature.geometry()
    geometry.moveVertex(430, 50, 1)
    desk.layer.changeGeometry(feature.id(), geometry)
    assert not desk.layer.commitChanges(True)
    assert stored(place) == before
    assert len(desk.stack()) >= 1
    desk.hand.key(Qt.Key.Key_Escape)


@pytest.fixture
def statements(monkeypatch):
    """Record (thread, statement) of whatever is asked of the server on our connections."""
    import psycopg2.extensions

    asked: list[tuple[int, str]] = []

    def note(what: object) -> None:
        asked.append((threading.get_ident(), str(what)))

    class Cursor(psycopg2.extensions.cursor):
        def execute(self, query, values=None):
            note(query)
            return super().execute(query, values)

        def fetchmany(self, size):
            note("fetch")
            return super().fetchmany(size)

        def close(self):
            if self.name:
                note("close")
            super().close()

    class Connection(psycopg2.extensions.connection):
        login: dict[str, str]

        def cursor(self, *given, **named):
            return super().cursor(*given, **named, cursor_factory=Cursor)

        def commit(self):
            note("commit")
            super().commit()

        def rollback(self):
            note("rollback")
            super().rollback()

    idle_connections.close_all()
    monkeypatch.setattr(postgis_connection, "_class_of_connections", lambda: Connection)
    yield asked
    idle_connections.close_all()


@pytest.mark.proof
def test_no_statement_of_ours_is_waited_for_by_the_thread_that_draws_the_window(
    qgis_app, author, database_location, statements
):
    """Tools with their figures, the save, taking it back, showing it: all through the door with a way out."""
    build_workspace(database_location)
    bench = Bench(database_location)
    statements.clear()
    waiting = ServerWait(bench.iface.mainWindow())
    patience.this_thread_draws_the_window(waiting)
    try:
        for stroke in (split, merge, reshape):
            stroke(bench)
        assert bench.layer.commitChanges(False)
        wait_for(tasks_done)
        answer("gridmgmt_take_back_question", "gridmgmt_take_back_question_yes")
        bench.shell.action("take_back").trigger()
        wait_for(tasks_done)
        bench.shell.session.reload()
        wait_for(tasks_done)
        asked = list(statements)
    finally:
        patience.no_thread_draws_a_window()
        waiting.close()
        bench.close()
    assert {"COMMIT", "ROLLBACK"} <= {what.rpartition(";")[2].strip() for _, what in asked}
    assert [what for _, what in asked if "FETCH" in what]
    mine = [what for thread, what in asked if thread == threading.get_ident()]
    assert mine == []
