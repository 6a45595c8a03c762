"""A table that this planner may not read, or that is not there: QGIS lives, the table is left out and told."""

from __future__ import annotations

import sqlite3

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtWidgets import QApplication, QLabel, QWidget

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.ledgers.ledger import Ledger
from gridmgmt_plugin.project.project_file import add_workspace, write_project
from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.project.shown_workspace import shown_layers
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.workspace_window import MapIface, build_workspace, built_shell, forget_settings, tasks_done, wait_for

# Without it nobody can tell what the workspace is: that is told before any layer is opened.
READ_FIRST = "workspace_info"


@pytest.fixture
def shell(qgis_app):
    forget_settings()
    with built_shell(MapIface()) as made:
        yield made


@pytest.fixture(scope="module")
def limited(postgis):
    """Return a workspace in a database and the name of a planner who may read all of it."""
    place = postgis.location()
    build_workspace(place)
    user = f"reader_{place.schema[-6:]}"
    postgis.run(f"CREATE ROLE {user} LOGIN")
    postgis.run(f"GRANT USAGE ON SCHEMA {place.schema} TO {user}")
    postgis.run(f"GRANT SELECT ON ALL TABLES IN SCHEMA {place.schema} TO {user}")
    yield postgis.location(place.schema, user=user)
    postgis.drop(place.schema)
    postgis.run(f"DROP OWNED BY {user}")
    postgis.run(f"DROP ROLE {user}")


@pytest.fixture
def forbid(postgis, limited):
    """Return the function that takes the right to read a table away for the length of a test."""
    taken = []

    def take(table):
        postgis.run(f"REVOKE SELECT ON {limited.schema}.{table} FROM {limited.user}")
        taken.append(table)

    yield take
    for table in taken:
        postgis.run(f"GRANT SELECT ON {limited.schema}.{table} TO {limited.user}")


def _open(shell, place):
    told = []
    shell.session.open(place, told.append)
    wait_for(lambda: told)
    return told[0]


def _each_table():
    """Return every table; every day the one that is read first and each fourth."""
    return [
        pytest.param(table, marks=[] if table == READ_FIRST or at % 4 == 0 else pytest.mark.proof)
        for at, table in enumerate(tables())
    ]


@pytest.mark.daily(2)
@pytest.mark.parametrize("table", _each_table())
@pytest.mark.proof
def test_any_table_that_is_forbidden_is_left_out(qgis_app, limited, forbid, table):
    forbid(table)
    if table == READ_FIRST:
        with pytest.raises(GridError):
            Workspace.open(limited)
        return
    project = QgsProject()
    layers = add_workspace(project, Workspace.open(limited), "zh_CN")
    assert set(tables()) - set(layers) == {table}
    assert all(layer.isValid() for layer in layers.values())
    project.clear()


def test_the_planner_reads_which_tables_are_missing(shell, limited, forbid):
    forbid("contact")
    forbid("person")
    assert _open(shell, limited) is None
    wait_for(tasks_done)
    assert set(tables()) - set(shown_layers(QgsProject.instance())) == {"contact", "person"}
    (told,) = shell.iface.messages()
    assert "may not draw or fill in anything" in told, "what is drawn would be lost: that is said before all else"
    shell.iface.messageBar().currentItem().findChild(QWidget, "gridmgmt_message_details").click()
    dialog = next(w for w in QApplication.topLevelWidgets() if w.objectName() == "gridmgmt_message_dialog")
    behind = dialog.findChild(QLabel, "gridmgmt_message_text").text()
    assert tables()["contact"].label("en") in behind
    assert tables()["person"].label("en") in behind
    dialog.close()
    shell.session.reload()
    shell.session.close_workspace()
    assert shown_layers(QgsProject.instance()) == {}


def test_who_opens_a_project_of_a_database_that_he_may_only_read_is_told_so_too(shell, limited, forbid, tmp_path):
    forbid("contact")
    write_project(Workspace.open(limited), tmp_path / "district.qgz", "en")
    assert QgsProject.instance().read(str(tmp_path / "district.qgz"))
    wait_for(lambda: shell.session.location is not None)
    (told,) = shell.iface.messages()
    assert "may not draw or fill in anything" in told
    assert tables()["contact"].label("en") not in told, "a table may have been taken out of a project on purpose"
    shell.session.close_workspace()


def test_who_may_only_look_is_told_before_he_is_asked_anything_about_an_act(shell, limited):
    remember("author", "王工")
    assert _open(shell, limited) is None
    shell.controller("ledgers").dock.removal_wanted.emit(Ledger("rivers", "河长台账"))
    assert "may not change the workspace" in shell.iface.messages()[-1]
    assert QApplication.activeModalWidget() is None
    shell.session.close_workspace()


@pytest.mark.daily(1)
@pytest.mark.parametrize("table", ["unit_grid", "area", "cases"])
def test_the_window_lives_without_the_tables_that_it_shows_most(shell, limited, forbid, table):
    forbid(table)
    assert _open(shell, limited) is None
    wait_for(tasks_done)
    assert table not in shown_layers(QgsProject.instance())
    shell.session.zoom_to_all()


def test_the_old_layers_stay_when_the_new_ones_cannot_be_opened(shell, limited, tmp_path, monkeypatch):
    shell.session.open(build_workspace(tmp_path / "甲.gpkg"))
    before = {layer.id() for layer in shown_layers(QgsProject.instance()).values()}
    # The server takes the planner's connection and is full before QGIS asks for its own.
    monkeypatch.setattr("gridmgmt_plugin.project.layers.table_source", lambda *_: "dbname='nowhere' table=\"x\"")
    refused = _open(shell, limited)
    assert refused.code == "postgres_table_unreadable"
    assert {layer.id() for layer in shown_layers(QgsProject.instance()).values()} == before
    assert shell.session.path == tmp_path / "甲.gpkg"


def test_a_table_that_is_not_in_the_file_is_left_out_and_told(shell, tmp_path):
    path = build_workspace(tmp_path / "甲.gpkg")
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE contact")
        connection.execute("DELETE FROM gpkg_contents WHERE table_name = 'contact'")
    shell.session.open(path)
    assert "contact" not in shown_layers(QgsProject.instance())
    assert tables()["contact"].label("en") in shell.iface.messages()[0]


@pytest.mark.proof
def test_who_may_only_look_reads_at_the_opening_that_nothing_can_be_saved(shell, limited):
    assert _open(shell, limited) is None
    wait_for(tasks_done)
    (told,) = shell.iface.messages()
    assert "may not draw or fill in anything" in told
