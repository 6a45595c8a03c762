"""Over a slow network no table that is opened holds the window, while the server has room for connections."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import replace

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QApplication, QPushButton

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.gui.opening import late_tables
from gridmgmt_plugin.gui.opening.server_wait import ServerWait
from gridmgmt_plugin.project import opened_apart, postponed
from gridmgmt_plugin.project.answering import is_far, refuse_unreadable
from gridmgmt_plugin.project.i18n import language
from gridmgmt_plugin.project.postponed import is_being_opened, is_postponed, stands_ready
from gridmgmt_plugin.project.shown_workspace import shown_layer, shown_layers
from gridmgmt_plugin.workspace import patience
from gridmgmt_plugin.workspace.postgis import answer_watch, idle_connections
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.network_proxy import NetworkProxy
from tests.qgis.gui.opening.test_late_tables import connections_of, opened, waiting
from tests.qgis.workspace_window import LISTS_OF_NAMES, tasks_done, wait_for

# Each answer is twice that under way: fourteen would hold the window for more than half a second.
DELAY_S = 0.02
# What QGIS asks last of a table.
NEAR_ITS_END = b"qgis_editor_widget_styles"


@pytest.fixture(autouse=True)
def _unknown_servers():
    answer_watch._TOOK_S.clear()


@pytest.fixture
def slow(postgis):
    with NetworkProxy(postgis.port, DELAY_S) as between:
        yield between
        between.let_go()
    idle_connections.close_all()


@pytest.fixture
def painted(shell, monkeypatch):
    """Have the window wait painted."""
    monkeypatch.setattr(late_tables, "_LOOKS_MS", 3_600_000)
    waiting = ServerWait(shell.iface.mainWindow())
    patience.this_thread_draws_the_window(waiting)
    yield
    patience.no_thread_draws_a_window()
    waiting.close()


@pytest.fixture
def in_the_window(monkeypatch):
    """Return the tables that QGIS opened with the window still."""
    tables, opens = [], postponed._open_in_the_window

    def noted(layer, source):
        tables.append(layer.name())
        opens(layer, source)

    monkeypatch.setattr(postponed, "_open_in_the_window", noted)
    return tables


@contextmanager
def cancelled_at_once():
    """Press Cancel as soon as the window says that it waits."""
    pressed = []

    def look():
        dialog = QApplication.activeModalWidget()
        if dialog is not None and dialog.objectName() == "gridmgmt_server_wait":
            pressed.append(True)
            dialog.findChild(QPushButton, "gridmgmt_server_wait_cancel").click()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(20)
    yield pressed
    timer.stop()


def test_what_the_planner_turns_to_is_opened_while_the_window_is_painted(
    shell, place, slow, busy, painted, in_the_window
):
    layers = opened(shell, replace(place, port=slow.port))
    turns = []
    beat = QTimer()
    beat.timeout.connect(lambda: turns.append(is_being_opened(layers["lane"])))
    beat.start(5)
    QgsProject.instance().layerTreeRoot().findLayer(layers["lane"]).setItemVisibilityChecked(True)
    beat.stop()
    assert sum(turns) > 20
    assert not is_postponed(layers["lane"])
    assert (layers["lane"].providerType(), layers["lane"].featureCount()) == ("postgres", 1)
    assert in_the_window == []


def test_the_planner_need_not_wait_for_it_and_finds_it_opened_later(shell, place, slow, busy, painted, in_the_window):
    layers = opened(shell, replace(place, port=slow.port))
    wait_for(tasks_done)
    slow.hold_at = NEAR_ITS_END
    with cancelled_at_once() as pressed:
        shell.iface.layerTreeView().setCurrentLayer(layers["lane"])
    assert pressed
    assert is_postponed(layers["lane"])
    told = WorkspaceError("postgres_wait_given_up", path=shell.session.location.label).text(language())
    assert told[:20] in shell.iface.messageBar().currentItem().text()
    slow.let_go()
    wait_for(lambda: stands_ready(layers["lane"]))
    slow.messages = 0
    assert shown_layer(QgsProject.instance(), "lane").featureCount() == 1
    assert in_the_window == []
    assert slow.messages <= 1


def test_the_rest_is_opened_though_the_mouse_moves(shell, place, slow, busy, in_the_window, monkeypatch):
    monkeypatch.setattr(late_tables, "_LOOKS_MS", 20)
    opened(shell, replace(place, port=slow.port))
    stored = Workspace.open(place)
    with_rows = {name for name in tables() if stored.count(name)} - LISTS_OF_NAMES
    wait_for(lambda: not waiting() & with_rows)
    assert in_the_window == []


def test_near_a_server_tables_share_a_connection(shell, place, busy, postgis, in_the_window):
    layers = opened(shell, place)
    wait_for(tasks_done)
    names = ("lane", "component", "cases")
    first, *others = names
    shell.iface.layerTreeView().setCurrentLayer(layers[first])
    before = connections_of(postgis)
    for name in others:
        shell.iface.layerTreeView().setCurrentLayer(layers[name])
    assert in_the_window == [layers[name].name() for name in names]
    assert connections_of(postgis) == before


@pytest.mark.parametrize(("limit", "has_room"), [(40, True), (5, False)])
def test_a_login_keeps_more_than_half_of_its_connections_for_others(qgis_app, place, postgis, slow, limit, has_room):
    with closing(postgis.connect()) as owner, owner.cursor() as cursor:
        cursor.execute("DROP ROLE IF EXISTS few")
        cursor.execute(f"CREATE ROLE few LOGIN SUPERUSER CONNECTION LIMIT {limit}")
        owner.commit()
    far = replace(place, port=slow.port, user="few")
    with closing(postgis.connect(user="few")), closing(postgis.connect(user="few")):
        assert refuse_unreadable(far, "街巷", ("lane",)) is has_room
        assert is_far(far)
        assert not refuse_unreadable(replace(place, user="few"), "街巷", ("lane",))
    idle_connections.close_all()


@pytest.mark.parametrize(
    ("what", "is_now"),
    [("answering._HAS_ROOM", "SELECT false"), ("opened_apart.OpenedApart.take_provider", lambda _: None)],
    ids=["no room", "no connection more"],
)
def test_where_it_cannot_be_opened_apart_a_table_is_opened_in_the_window(
    shell, place, slow, busy, in_the_window, monkeypatch, what, is_now
):
    layers = opened(shell, replace(place, port=slow.port))
    monkeypatch.setattr(f"gridmgmt_plugin.project.{what}", is_now)
    shell.iface.layerTreeView().setCurrentLayer(layers["lane"])
    assert in_the_window == [layers["lane"].name()]
    assert layers["lane"].featureCount() == 1


def test_a_server_that_falls_silent_in_the_middle_is_told_and_the_table_waits_on(
    shell, place, slow, busy, painted, monkeypatch
):
    layers = opened(shell, replace(place, port=slow.port))
    wait_for(tasks_done)
    slow.hold_at = NEAR_ITS_END
    with monkeypatch.context() as patched:
        patched.setattr(opened_apart, "_LIMIT_S", 1.0)
        shell.iface.layerTreeView().setCurrentLayer(layers["lane"])
    assert is_postponed(layers["lane"])
    assert not stands_ready(layers["lane"])
    told = WorkspaceError("editing_layer_silent", layer=layers["lane"].name()).text(language())
    assert told[:20] in shell.iface.messageBar().currentItem().text()
    slow.let_go()
    assert shown_layer(QgsProject.instance(), "lane").featureCount() == 1


def test_a_workspace_that_is_closed_in_the_middle_leaves_no_connection_behind(
    shell, place, slow, busy, painted, postgis
):
    before = connections_of(postgis)
    layers = opened(shell, replace(place, port=slow.port))
    wait_for(tasks_done)
    slow.hold_at = NEAR_ITS_END
    with cancelled_at_once():
        shell.iface.layerTreeView().setCurrentLayer(layers["lane"])
    assert is_being_opened(layers["lane"])
    del layers
    shell.session.close_workspace()
    slow.let_go()
    wait_for(lambda: connections_of(postgis) <= before + 1)  # QGIS keeps one for a minute for what it draws
    assert not shown_layers(QgsProject.instance())
