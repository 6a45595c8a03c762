"""The dialog that opens a workspace in a database: connections, workspaces, waiting, what stands in the way."""

from __future__ import annotations

import socket
import sys

import pytest
from qgis.core import QgsDataSourceUri, QgsProject, QgsProviderRegistry, QgsSettings
from qgis.PyQt.QtCore import QEvent, Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QListWidget, QPushButton, QTreeWidget, QWidget

from gridmgmt_plugin.gui.frame.qt import QAction
from tests.qgis.fake_window import settle
from tests.qgis.workspace_window import MapIface, build_workspace, built_shell, forget_settings, tasks_done, wait_for

LEFT = Qt.MouseButton.LeftButton


class ManagerIface(MapIface):
    """The window with QGIS's Data Source Manager."""

    def __init__(self):
        super().__init__()
        self.pages = ()
        self._add_postgres_layer = QAction(self._window)
        self._add_postgres_layer.triggered.connect(lambda: setattr(self, "pages", (*self.pages, "postgres")))

    def actionAddPgLayer(self):
        return self._add_postgres_layer


def store_connection(name, *, host="127.0.0.1", port=5432, database="grids", user="postgres", password=""):
    """Store a connection in QGIS as its own dialog does."""
    source = QgsDataSourceUri()
    source.setConnection(host, str(port), database, user, password)
    metadata = QgsProviderRegistry.instance().providerMetadata("postgres")
    configuration = {"saveUsername": bool(user), "savePassword": bool(password)}
    metadata.saveConnection(metadata.createConnection(source.uri(False), configuration), name)


@pytest.fixture
def iface(qgis_app):
    forget_settings()
    QgsSettings().remove("PostgreSQL")
    yield ManagerIface()
    QgsSettings().remove("PostgreSQL")


@pytest.fixture
def shell(iface):
    with built_shell(iface, ["validate"]) as made:
        yield made


@pytest.fixture
def shown(shell):
    """Return the function that shows the dialog."""

    def show():
        shell.action("open_postgis").trigger()
        return next(w for w in QApplication.topLevelWidgets() if w.objectName() == "gridmgmt_postgis_dialog")

    return show


@pytest.fixture
def place(database_location, postgis):
    build_workspace(database_location)
    store_connection("区级数据库", port=postgis.port)
    return database_location


def _part(dialog, kind, name):
    return dialog.findChild(kind, f"gridmgmt_postgis_{name}")


def _connections(dialog):
    view = _part(dialog, QListWidget, "connections")
    return [view.item(row).text() for row in range(view.count())]


def _click_connection(dialog, row=0):
    view = _part(dialog, QListWidget, "connections")
    QTest.mouseClick(view.viewport(), LEFT, pos=view.visualItemRect(view.item(row)).center())


def _item(dialog, schema):
    view = _part(dialog, QTreeWidget, "workspaces")
    rows = [view.topLevelItem(row) for row in range(view.topLevelItemCount())]
    return next((row for row in rows if row.text(2) == schema), None)


def _status(dialog):
    return _part(dialog, QWidget, "status").text()


def _is_waiting(dialog):
    return _part(dialog, QPushButton, "stop").isVisible()


def _listed(dialog, schema):
    _click_connection(dialog)
    wait_for(lambda: _item(dialog, schema) is not None)
    return _item(dialog, schema)


def test_stored_connections_are_listed_and_none_is_asked(shell, shown, monkeypatch):
    from gridmgmt_plugin.gui.opening import open_postgis

    asked = []
    monkeypatch.setattr(open_postgis, "list_workspaces", lambda place: asked.append(place) or ())
    store_connection("一", host="10.0.0.1")
    store_connection("二", host="10.0.0.2")
    dialog = shown()
    assert _connections(dialog) == sorted(["一", "二"])
    wait_for(tasks_done)
    assert asked == []
    assert "Click a connection" in _status(dialog)


def test_the_only_connection_and_what_was_opened_last_are_chosen_already(shell, shown, place, postgis):
    dialog = shown()
    connections = _part(dialog, QListWidget, "connections")
    assert connections.currentItem().text() == "区级数据库"
    assert "Press Enter" in _status(dialog)
    QTest.keyClick(connections, Qt.Key.Key_Return)
    wait_for(lambda: _item(dialog, place.schema) is not None)
    _part(dialog, QTreeWidget, "workspaces").setCurrentItem(_item(dialog, place.schema))
    QTest.mouseClick(_part(dialog, QPushButton, "open"), LEFT)
    wait_for(lambda: shell.session.location == place)
    shell.session.close_workspace()
    store_connection("一个别的", port=postgis.port)
    other = postgis.location("a_" + place.schema)
    build_workspace(other)
    again = shown()
    assert _part(again, QListWidget, "connections").currentItem().text() == "区级数据库"
    QTest.keyClick(_part(again, QListWidget, "connections"), Qt.Key.Key_Return)
    wait_for(lambda: _item(again, other.schema) is not None)
    assert _part(again, QTreeWidget, "workspaces").currentItem().text(2) == place.schema
    again.close()
    postgis.drop(other.schema)


def test_without_connections_the_planner_is_shown_where_to_make_one(shown, iface):
    dialog = shown()
    assert "no PostgreSQL connection" in _status(dialog)
    QTest.mouseClick(_part(dialog, QPushButton, "manage"), LEFT)
    assert iface.pages == ("postgres",)
    store_connection("新建的")
    QApplication.sendEvent(dialog, QEvent(QEvent.Type.WindowActivate))
    assert _connections(dialog) == ["新建的"]
    assert "no PostgreSQL connection" not in _status(dialog)


@pytest.mark.proof
def test_a_click_lists_the_workspaces_and_a_double_click_opens_one(shell, shown, place):
    dialog = shown()
    item = _listed(dialog, place.schema)
    assert [item.text(column) for column in range(3)] == ["示例区", "990101", place.schema]
    view = _part(dialog, QTreeWidget, "workspaces")
    rect = view.visualItemRect(item)
    QTest.mouseClick(view.viewport(), LEFT, pos=rect.center())
    QTest.mouseDClick(view.viewport(), LEFT, pos=rect.center())
    wait_for(lambda: shell.session.location == place)
    wait_for(lambda: not [w for w in QApplication.topLevelWidgets() if w is dialog and w.isVisible()])


def test_the_button_opens_the_chosen_one(shell, shown, place):
    dialog = shown()
    button = _part(dialog, QPushButton, "open")
    assert not button.isEnabled()
    _part(dialog, QTreeWidget, "workspaces").setCurrentItem(_listed(dialog, place.schema))
    QTest.mouseClick(button, LEFT)
    wait_for(lambda: shell.session.location == place)


@pytest.mark.proof
def test_opening_the_open_one_again_just_closes_the_dialog(shell, shown, place):
    shell.session.open(place)
    wait_for(lambda: shell.session.location == place)
    dialog = shown()
    _part(dialog, QTreeWidget, "workspaces").setCurrentItem(_listed(dialog, place.schema))
    layers = set(QgsProject.instance().mapLayers())
    QTest.mouseClick(_part(dialog, QPushButton, "open"), LEFT)
    settle()
    assert set(QgsProject.instance().mapLayers()) == layers


def test_a_server_that_is_not_there_is_told_in_the_dialog(shown):
    store_connection("不存在", port=1)
    dialog = shown()
    _click_connection(dialog)
    wait_for(lambda: not _is_waiting(dialog))
    assert "127.0.0.1:1" in _status(dialog)
    assert "cannot be reached" in _status(dialog)
    assert not _part(dialog, QPushButton, "open").isEnabled()


def test_a_database_without_a_workspace_says_so(shown, postgis):
    store_connection("空", port=postgis.port, database="postgres")
    dialog = shown()
    _click_connection(dialog)
    wait_for(lambda: not _is_waiting(dialog))
    assert "holds no workspace" in _status(dialog)


def test_the_window_lives_while_a_server_does_not_answer_and_waiting_can_be_stopped(shown, iface):
    with socket.socket() as silent:  # takes the call and says nothing
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        store_connection("沉默", port=silent.getsockname()[1])
        dialog = shown()
        ticks = []
        clock = QTimer()
        clock.timeout.connect(lambda: ticks.append(1))
        clock.start(10)
        _click_connection(dialog)
        wait_for(lambda: len(ticks) > 20)
        assert _is_waiting(dialog)
        QTest.mouseClick(_part(dialog, QPushButton, "stop"), LEFT)
        assert not _is_waiting(dialog)
        assert _status(dialog) == "Stopped."
    wait_for(tasks_done)
    assert _status(dialog) == "Stopped."


def test_closing_while_waiting_leaves_nothing_behind(shell, shown, place):
    dialog = shown()
    _click_connection(dialog)
    dialog.reject()
    wait_for(tasks_done)
    settle()
    assert shell.session.location is None
    assert shown() is not None


def test_a_workspace_that_is_gone_is_told_and_the_dialog_stays(shell, shown, place, postgis):
    dialog = shown()
    _part(dialog, QTreeWidget, "workspaces").setCurrentItem(_listed(dialog, place.schema))
    postgis.drop(place.schema)
    QTest.mouseClick(_part(dialog, QPushButton, "open"), LEFT)
    wait_for(lambda: place.schema in _status(dialog) and not _is_waiting(dialog))
    assert dialog.isVisible()
    assert shell.session.location is None


def test_without_psycopg2_the_library_is_named_in_the_dialog(shown, place, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg2", None)
    dialog = shown()
    _click_connection(dialog)
    wait_for(lambda: not _is_waiting(dialog))
    assert "psycopg2" in _status(dialog)


@pytest.mark.proof
def test_a_password_stored_in_a_connection_serves_and_goes_no_further(shell, shown, postgis, database_location):
    build_workspace(database_location)
    postgis.run("DROP ROLE IF EXISTS keeper")
    postgis.run("CREATE ROLE keeper LOGIN SUPERUSER PASSWORD 'geheim' IN ROLE locked")
    store_connection("带密码", port=postgis.port, user="keeper", password="geheim")
    dialog = shown()
    _part(dialog, QTreeWidget, "workspaces").setCurrentItem(_listed(dialog, database_location.schema))
    QTest.mouseClick(_part(dialog, QPushButton, "open"), LEFT)
    wait_for(lambda: shell.session.location is not None)
    assert str(shell.session.location).startswith("postgresql://keeper@")
    sources = [layer.source() for layer in QgsProject.instance().mapLayers().values()]
    assert sources
    assert not any("geheim" in source for source in sources)
    assert all(layer.isValid() for layer in QgsProject.instance().mapLayers().values())
    QgsProject.instance().clear()


@pytest.mark.proof
def test_unsaved_edits_are_told_in_the_dialog(shell, shown, place, tmp_path):
    from gridmgmt_plugin.project.shown_workspace import shown_layer

    path = build_workspace(tmp_path / "库.gpkg")
    shell.session.open(path)
    layer = shown_layer(QgsProject.instance(), "person")
    layer.startEditing()
    layer.changeAttributeValue(1, layer.fields().lookupField("name"), "改")
    dialog = shown()
    _part(dialog, QTreeWidget, "workspaces").setCurrentItem(_listed(dialog, place.schema))
    QTest.mouseClick(_part(dialog, QPushButton, "open"), LEFT)
    assert layer.name() in _status(dialog)
    assert shell.session.path == path
    layer.rollBack()
