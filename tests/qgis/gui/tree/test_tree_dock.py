"""The dock: the tree and its figures, search, map, form, scheme, state, and 20 000 unit grids without lag."""

from __future__ import annotations

import shutil
import time

import pytest
from qgis.core import QgsPointXY, QgsProject, QgsRectangle, QgsSettings
from qgis.PyQt.QtCore import QMimeData, QModelIndex, QPointF, Qt, QUrl
from qgis.PyQt.QtGui import QDragEnterEvent, QDropEvent
from qgis.PyQt.QtTest import QAbstractItemModelTester, QTest
from qgis.PyQt.QtWidgets import QApplication, QMenu, QToolButton, QWidget

from gridmgmt_plugin.gui.tree import controller
from gridmgmt_plugin.gui.tree.tree_model import TreeModel
from gridmgmt_plugin.project.settings import is_on, layout_key, remember
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.light.places import Place, Summary
from gridmgmt_plugin.workspace.light.summary import read_summary
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.fake_window import settle
from tests.qgis.kept_district import KEPT, NAME
from tests.qgis.workspace_window import built_shell, wait_for

SOUTH, NORTH = "990101001001", "990101001002"


@pytest.fixture
def path(original, laid_out):
    return laid_out(original)


@pytest.fixture
def shell(iface, path):
    with built_shell(iface) as made:
        yield made


@pytest.fixture
def dock(shell, path):
    shell.session.open(path)
    dock = shell.controller("tree").dock
    wait_for(lambda: dock.model.summary is not None)
    KEPT.note()
    return dock


def _index(dock, level, code):
    return dock.model.index_of_key((level, code))


def _click(view, index, times=1):
    view.scrollTo(index)
    point = view.visualRect(index).center()
    for click in (QTest.mouseClick, QTest.mouseDClick)[:times]:
        click(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)


def _type(dock, text):
    dock.search.line.setText(text)
    QTest.keyClick(dock.search.line, Qt.Key.Key_Return)


@pytest.fixture
def empty_shell(iface):
    """Return the plugin in a window where nothing is open yet."""
    KEPT.forget()
    with built_shell(iface) as made:
        yield made


@pytest.fixture
def growing_dock(iface, empty_shell, original, tmp_path, monkeypatch):
    """Return the dock of a planner who sees it for the first time: it takes its room shortly after it was filled."""
    monkeypatch.setattr(controller, "_RELAYOUT_MS", 1500)  # or a busy machine is too late for what comes before
    remember(layout_key("tree_widened"), False)
    empty_shell.session.open(shutil.copyfile(original, tmp_path / NAME))
    dock = empty_shell.controller("tree").dock
    wait_for(lambda: dock.model.summary is not None)
    return dock


def _is_widened():
    return is_on(layout_key("tree_widened"), default=False)


@pytest.mark.proof
def test_the_map_shows_the_whole_district_again_when_the_tree_took_room_from_it(growing_dock, iface):
    wait_for(_is_widened)
    district = shown_layer(QgsProject.instance(), "area").extent()
    wait_for(lambda: iface.mapCanvas().extent().contains(district))
    assert growing_dock.width() >= growing_dock.wanted_width()


@pytest.mark.proof
def test_a_planner_who_went_somewhere_while_the_tree_took_its_room_stays_there(growing_dock, iface):
    assert not _is_widened()
    settle()
    iface.mapCanvas().setExtent(QgsRectangle(40, 40, 60, 60))
    wait_for(_is_widened)
    settle()
    assert iface.mapCanvas().extent().width() < 100
    assert iface.mapCanvas().extent().contains(QgsPointXY(50, 50))


def test_the_model_keeps_qts_rules(qgis_app, original):
    model = TreeModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for summary in (read_summary(original), None, read_summary(original, "hw")):
        model.show_summary(summary)
        QApplication.processEvents()
    assert tester.model() is model


@pytest.mark.proof
def test_the_dock_comes_with_the_workspace_and_shows_names_and_figures(dock):
    assert not dock.isHidden()
    row = _index(dock, "community", SOUTH)
    texts = [dock.model.data(row.siblingAtColumn(c)) for c in range(dock.model.columnCount())]
    assert texts == ["南门社区", "12", "3", "1", "12", "24", "2", SOUTH]


def test_a_figure_that_the_workspace_does_not_know_is_left_empty(dock):
    row = _index(dock, "unit_grid", f"{SOUTH}001")
    assert [dock.model.data(row.siblingAtColumn(c)) for c in (2, 3, 6)] == ["", "", ""]


def test_what_lies_nowhere_is_told_below_the_tree(dock):
    about = dock.findChild(QWidget, "gridmgmt_about_workspace")
    text = about.text()
    assert ">示例区<" in text
    assert f"/ {NAME}" in text, "a file and a database of one district are told apart"
    assert about.toolTip().endswith(NAME)
    assert "1 component lies" in text
    assert "1 case lies" in text


def test_county_and_street_office_are_open_at_first(dock):
    assert dock.tree.isExpanded(_index(dock, "county", "990101"))
    assert dock.tree.isExpanded(_index(dock, "street_office", "990101001"))
    assert not dock.tree.isExpanded(_index(dock, "community", SOUTH))


def test_a_click_selects_on_the_map_and_zooms_there(dock, iface):
    _click(dock.tree, _index(dock, "community", NORTH))
    layer = shown_layer(QgsProject.instance(), "area")
    chosen = layer.selectedFeatures()
    assert [feature["code"] for feature in chosen] == [NORTH]
    assert iface.mapCanvas().extent().contains(chosen[0].geometry().boundingBox())
    assert iface.active is layer


def test_the_selection_of_another_layer_does_not_stay(dock):
    _click(dock.tree, _index(dock, "community", NORTH))
    dock.tree.expandAll()
    _click(dock.tree, _index(dock, "unit_grid", f"{SOUTH}003"))
    assert shown_layer(QgsProject.instance(), "area").selectedFeatureCount() == 0
    assert shown_layer(QgsProject.instance(), "unit_grid").selectedFeatureCount() == 1


def test_a_responsibility_grid_is_found_in_its_own_scheme(dock):
    dock.tree.expandAll()
    _click(dock.tree, _index(dock, "responsibility_grid", f"{SOUTH}002"))
    chosen = shown_layer(QgsProject.instance(), "responsibility_grid").selectedFeatures()
    assert [feature["code"] for feature in chosen] == [f"{SOUTH}002"]


def test_a_double_click_opens_the_form(dock, iface):
    dock.tree.expandAll()
    _click(dock.tree, _index(dock, "unit_grid", f"{NORTH}012"), times=2)
    assert iface.forms == [("unit_grid", f"{NORTH}012")]


def test_enter_in_the_tree_shows_the_place(dock):
    dock.tree.setCurrentIndex(_index(dock, "community", SOUTH))
    dock.tree.setFocus()
    QTest.keyClick(dock.tree, Qt.Key.Key_Return)
    assert shown_layer(QgsProject.instance(), "area").selectedFeatureCount() == 1


def test_a_layer_taken_out_of_the_project_is_told(dock, iface):
    QgsProject.instance().removeMapLayer(shown_layer(QgsProject.instance(), "area").id())
    _click(dock.tree, _index(dock, "community", NORTH))
    assert NORTH in iface.messages()[0]


@pytest.mark.proof
def test_typing_goes_to_the_first_result_without_moving_the_map(dock, iface):
    before = iface.mapCanvas().extent().center()
    dock.search.line.setText("北园")
    wait_for(lambda: dock.tree.currentIndex() == _index(dock, "community", NORTH))
    assert iface.mapCanvas().extent().center() == before


def test_enter_shows_the_result_and_then_the_next_ones(dock):
    seen = []
    _type(dock, f"{NORTH}00")
    for _ in range(3):
        seen.append(dock.model.place(dock.tree.currentIndex()).code)
        QTest.keyClick(dock.search.line, Qt.Key.Key_Return)
    assert seen == [f"{NORTH}001", f"{NORTH}001", f"{NORTH}002"]  # the first group, then its unit grids
    assert dock.search._count.text() == "4/12"


def test_the_arrows_walk_round_the_end(dock):
    _type(dock, "社区")
    back = dock.findChild(QToolButton, "gridmgmt_search_previous")
    total = len(dock.model.summary.find("社区"))
    QTest.mouseClick(back, Qt.MouseButton.LeftButton)
    assert dock.search._count.text() == f"{total}/{total}"
    QTest.mouseClick(dock.findChild(QToolButton, "gridmgmt_search_next"), Qt.MouseButton.LeftButton)
    assert dock.search._count.text() == f"1/{total}"


def test_no_result_is_said(dock):
    _type(dock, "没有这个地方")
    wait_for(lambda: dock.search._count.text() == "no result")


def test_another_scheme_changes_the_tree_and_is_remembered(dock, shell):
    assert dock.schemes.currentData() == "cg"
    dock.schemes.setCurrentIndex(dock.schemes.findData("hw"))
    wait_for(lambda: dock.model.summary.scheme == "hw")
    assert not _index(dock, "responsibility_grid", f"{SOUTH}001").isValid()
    shell.session.close_workspace()
    assert QgsSettings().value("gridmgmt/tree_scheme") == "hw"


@pytest.mark.proof
def test_a_refresh_keeps_what_was_open_and_chosen(dock, shell, path):
    dock.tree.expand(_index(dock, "community", NORTH))
    dock.tree.setCurrentIndex(_index(dock, "responsibility_grid", f"{NORTH}002"))
    with Workspace.open(path).transaction("测试", "test") as transaction:
        transaction.clear("component", {"unit_grid": f"{SOUTH}001"})
    shell.session.reload()
    wait_for(lambda: dock.model.data(dock.model.index_of_key(("community", SOUTH)).siblingAtColumn(4)) == "11")
    assert dock.tree.isExpanded(_index(dock, "community", NORTH))
    assert dock.model.place(dock.tree.currentIndex()).code == f"{NORTH}002"


def test_the_context_menu_copies_the_code(dock):
    index = _index(dock, "community", SOUTH)
    dock.tree.customContextMenuRequested.emit(dock.tree.visualRect(index).center())
    menu = dock.tree.findChild(QMenu, "gridmgmt_place_menu")
    next(action for action in menu.actions() if action.text() == "Copy code").trigger()
    menu.close()
    assert QApplication.clipboard().text() == SOUTH


@pytest.mark.proof
def test_closing_the_workspace_shows_how_to_begin(dock, shell, path):
    shell.session.close_workspace()
    assert dock.pages.currentWidget() is dock.start
    assert dock.start._recent.item(0).toolTip() == str(path)
    dock.start._clicked(dock.start._recent.item(0))
    assert shell.session.path == path


@pytest.mark.proof
def test_the_menu_entry_shows_and_hides_the_dock_and_that_is_remembered(dock, shell, path):
    assert shell.action("tree").isChecked()
    shell.action("tree").trigger()
    assert dock.isHidden()
    shell.action("tree").trigger()
    assert not dock.isHidden()
    dock.close()
    assert not shell.action("tree").isChecked()
    assert QgsSettings().value("gridmgmt/tree_visible", type=bool) is False


@pytest.mark.proof
def test_a_dropped_workspace_is_opened_and_a_foreign_file_is_told(empty_shell, original, iface, tmp_path):
    path = shutil.copyfile(original, tmp_path / NAME)
    empty_shell.action("tree").trigger()
    dock = empty_shell.controller("tree").dock
    foreign = tmp_path / "foreign.gpkg"
    foreign.write_bytes(b"nothing of ours")
    _drop(dock, foreign)
    wait_for(lambda: bool(iface.messages()))
    assert "foreign.gpkg" in iface.messages()[0]
    _drop(dock, path)
    wait_for(lambda: empty_shell.session.path == path)


def _drop(dock, file):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    buttons = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(dock.rect().center(), Qt.DropAction.CopyAction, data, *buttons)
    dock.dragEnterEvent(enter)
    assert enter.isAccepted()
    dock.dropEvent(QDropEvent(QPointF(dock.rect().center()), Qt.DropAction.CopyAction, data, *buttons))


@pytest.mark.proof
def test_no_layer_is_opened_as_a_table(dock):
    # An attribute table that was opened makes every later edit 150 times slower.
    names = {type(widget).__name__ for widget in QApplication.allWidgets()}
    assert not names & {"QgsAttributeTableView", "QgsDualView"}


def test_twenty_thousand_unit_grids_cost_only_what_is_shown(qgis_app):
    places = [Place("county", "990101", "区", -1)]
    children = [[]]
    for community in range(200):
        children[0].append(len(places))
        places.append(Place("community", f"9901010{community:05d}", f"社区{community}", 0))
        mine = []
        children.append(mine)
        for unit in range(100):
            mine.append(len(places))
            places.append(Place("unit_grid", f"9901010{community:05d}{unit:03d}", "", children[0][-1]))
            children.append([])
    summary = Summary((), None, tuple(places), (0,), tuple(map(tuple, children)))
    model = TreeModel()
    start = time.thread_time()
    model.show_summary(summary)
    root = model.index(0, 0)
    assert model.rowCount(QModelIndex()) == 1
    assert model.rowCount(root) == 200
    assert len(summary.find("990101000199")) == 101
    # Not a measurement: a model that touched every cell would be far from this.
    assert time.thread_time() - start < 5
