"""The list of ledgers by mouse: figures, items, the map, another name, removal and its taking back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import shapely
from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.project.map.ledger_overlays import overlays
from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.project.shown_workspace import shown_layers
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.fake_window import settle
from tests.qgis.workspace_window import build_workspace, tasks_done, wait_for

TODAY = date.today().isoformat()


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """Return a district with two ledgers; of the four items of one two are overdue, one is done, one has no place."""
    path = build_workspace(tmp_path_factory.mktemp("原件") / "示例.gpkg")
    ledger = {
        "key": "tt",
        "title": "腾退空间",
        "statuses": "待腾退\n已腾退",
        "done_statuses": "已腾退",
        "symbol": "star",
    }
    ledger |= {"colour": "#112233", "imported_on": TODAY, "geometry_kind": "point"}
    other = {**ledger, "key": "wc", "title": "公厕"}
    late = (date.today() - timedelta(9)).isoformat()
    items = [
        {"key": "1", "name": "一号院", "status": "待腾退", "due_on": late, "added_on": TODAY},
        {"key": "2", "name": "二号院", "status": "待腾退", "due_on": late, "changed_on": TODAY},
        {"key": "3", "name": "三号院", "status": "已腾退", "due_on": late},
        {"key": "4", "name": "四号院", "status": "待腾退"},
    ]
    workspace = Workspace.open(path)
    unit = sorted(workspace.read("unit_grid", ["code"], geometry=False)["code"])[0]
    rows = Rows.from_records([{**item, "ledger": "tt", "unit_grid": unit} for item in items])
    shapes = as_column([*shapely.points([50.0, 150.0, 250.0], [50.0] * 3), None])
    with workspace.transaction("", "test") as transaction:
        transaction.insert("ledger", Rows.from_records([ledger, other]))
        transaction.insert("ledger_item", Rows(rows.columns, shapes))
    return path


@pytest.fixture
def algorithms():
    return ("importledger",)


@pytest.fixture
def dock(shell):
    remember("author", "张三")
    shell.action("ledgers").trigger()
    dock = shell.controller("ledgers").dock
    wait_for(lambda: tasks_done() and dock.current() is not None)
    return dock


def cells(view):
    model = view.model()
    return [[model.index(row, at).data() for at in range(model.columnCount())] for row in range(model.rowCount())]


def click(view, row):
    QTest.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(view.model().index(row, 0)).center()
    )
    settle()


def test_each_ledger_shows_its_figures_and_one_its_items(dock):
    assert cells(dock.ledgers) == [["腾退空间", "4", "3", "2", "1", "1", "0", TODAY], ["公厕", *"000000", TODAY]]
    assert [row[1] for row in cells(dock.items)] == ["一号院", "二号院", "三号院", "四号院"]
    dock.state.setCurrentIndex(dock.state.findData("overdue"))
    assert [row[1] for row in cells(dock.items)] == ["一号院", "二号院"]
    dock.search.setText("二号")
    assert [row[1] for row in cells(dock.items)] == ["二号院"]


def test_a_click_goes_to_the_item_or_to_its_unit_grid(dock, shell):
    canvas = shell.iface.mapCanvas()
    click(dock.items, 2)
    assert canvas.extent().contains(250, 50)
    assert canvas.extent().width() < 1000
    click(dock.items, 3)
    assert canvas.extent().contains(50, 50)


def test_a_click_on_a_ledger_shows_its_layer_and_its_ground(dock, shell):
    layer = overlays(QgsProject.instance())["tt", "point"]
    node = QgsProject.instance().layerTreeRoot().findLayer(layer)
    node.setItemVisibilityChecked(False)
    click(dock.ledgers, 0)
    assert node.isVisible()
    assert all(shell.iface.mapCanvas().extent().contains(x, 50) for x in (50, 150, 250))


@pytest.mark.proof
def test_a_ledger_is_renamed_in_its_dialog_and_on_the_map(dock, shell, monkeypatch):
    def answer(dialog):
        dialog.name.setText("腾退表")
        dialog.statuses.item(0).setCheckState(Qt.CheckState.Checked)
        return True

    renewed = []
    monkeypatch.setattr("gridmgmt_plugin.gui.ledgers.desk.renew_ledgers", lambda *_: renewed.append(1))
    shell.controller("ledgers").refresh()
    wait_for(tasks_done)
    assert not renewed, "nothing has changed"
    monkeypatch.setattr("gridmgmt_plugin.gui.ledgers.desk.ChangeLedgerDialog.agreed", answer)
    dock.changer.click()
    wait_for(lambda: tasks_done() and cells(dock.ledgers)[0][0] == "腾退表")
    assert cells(dock.ledgers)[0][2:4] == ["0", "0"], "both statuses are done"
    assert renewed == [1]
    assert overlays(QgsProject.instance())["tt", "point"].name() == "腾退表"


def test_a_ledger_is_removed_after_a_question_and_comes_back(dock, shell, monkeypatch):
    answers = iter([False, True])
    monkeypatch.setattr("gridmgmt_plugin.gui.ledgers.desk.is_wanted", lambda *_: next(answers))
    dock.remover.click()
    settle()
    assert [row[0] for row in cells(dock.ledgers)] == ["腾退空间", "公厕"], "no is no"
    dock.remover.click()
    wait_for(lambda: tasks_done() and [row[0] for row in cells(dock.ledgers)] == ["公厕"])
    assert ("tt", "point") not in overlays(QgsProject.instance())
    take_back_last(Workspace.open(shell.session.location), "张三")
    shell.session.reload()
    wait_for(lambda: tasks_done() and {row[0] for row in cells(dock.ledgers)} == {"腾退空间", "公厕"})
    assert ("tt", "point") in overlays(QgsProject.instance())


@pytest.mark.proof
def test_a_file_for_a_ledger_opens_the_import_with_that_ledger(dock, shell):
    dock.importer.click()
    settle()
    dialog = shell.controller("import_ledger")._open["import_ledger"].dialog
    wait_for(tasks_done)
    assert dialog.fields["LEDGER"].value() == "tt"
    dialog.close()


@pytest.mark.proof
def test_what_is_saved_in_a_form_is_on_the_map_while_the_dock_is_hidden(dock, shell):
    shell.action("ledgers").trigger()
    assert dock.isHidden()
    layer = shown_layers(QgsProject.instance())["ledger"]
    assert layer.startEditing()
    (number,) = [feature.id() for feature in layer.getFeatures() if feature["key"] == "tt"]
    assert layer.changeAttributeValue(number, layer.fields().lookupField("title"), "腾退登记")
    assert layer.commitChanges()
    wait_for(tasks_done)
    settle()
    assert overlays(QgsProject.instance())["tt", "point"].name() == "腾退登记"


@pytest.mark.proof
def test_a_project_that_is_read_again_shows_ledgers_as_they_are_called_now(dock, shell, tmp_path):
    project = QgsProject.instance()
    assert project.write(str(tmp_path / "项目.qgz"))
    layer = shown_layers(project)["ledger"]
    (number,) = [feature.id() for feature in layer.getFeatures() if feature["key"] == "tt"]
    assert layer.dataProvider().changeAttributeValues({number: {layer.fields().lookupField("title"): "腾退登记"}})
    shell.session.reload()
    wait_for(lambda: tasks_done() and cells(dock.ledgers)[0][0] == "腾退登记")
    assert project.read(str(tmp_path / "项目.qgz"))
    wait_for(lambda: tasks_done() and dock.current() is not None)
    assert overlays(project)["tt", "point"].name() == "腾退登记"
