"""The search of the dock: lists what is found, leads there, says who answers, keeps the selection, gives way."""

from __future__ import annotations

import json
from dataclasses import replace
from threading import Event

import pytest
from qgis.core import QgsApplication, QgsFeedback, QgsLocatorContext, QgsProject, QgsSettings, QgsTask
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QLabel, QStyleOptionViewItem, QWidget

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.gui.frame.background_call import BackgroundCall
from gridmgmt_plugin.gui.tree.answer_card import answers_html
from gridmgmt_plugin.gui.tree.tree_model import CODE_COLUMN, NAME_COLUMN
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.light.places import Figures, Place
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.fake_window import settle
from tests.qgis.workspace_window import tasks_done, wait_for

SOUTH = "990101001001"


@pytest.fixture
def dock(shell):
    return shell.controller("tree").dock


def _type(dock, text):
    dock.search.line.setText(text)
    dock.search._pause.stop()  # on a busy machine it ends after the next step, and is typing once more
    dock.search.typed.emit(text)
    wait_for(tasks_done)


def _lines(dock):
    return [dock.results.item(row).text() for row in range(dock.results.count())] if dock.results.isVisible() else []


def _here(dock):
    place = dock.model.place(dock.tree.currentIndex())
    return None if place is None else (place.level, place.code)


@pytest.mark.proof
def test_typing_the_end_of_a_code_and_enter_shows_the_cell_and_who_answers(dock):
    _type(dock, "1001005")
    QTest.keyClick(dock.search.line, Qt.Key.Key_Return)
    wait_for(dock.card.isVisible)
    assert _here(dock) == ("unit_grid", f"{SOUTH}005")
    assert [feature["code"] for feature in shown_layer(QgsProject.instance(), "unit_grid").selectedFeatures()] == [
        f"{SOUTH}005"
    ]
    assert "示例甲" in dock.card.toPlainText()


def test_the_card_follows_what_was_saved(dock, shell):
    _type(dock, f"{SOUTH}005")
    QTest.keyClick(dock.search.line, Qt.Key.Key_Return)
    wait_for(lambda: dock.card.isVisible() and "示例甲" in dock.card.toPlainText())
    workspace = Workspace.open(shell.session.location)
    person = workspace.read("person", ["name"])
    with workspace.transaction("乙", "form") as transaction:
        transaction.update("person", Rows({"name": as_column(["换了人"] * len(person))}, None, person.fids))
    shell.session.data_changed.emit()
    wait_for(lambda: "换了人" in dock.card.toPlainText())


def test_the_card_has_the_new_name_of_what_was_renamed(dock, shell):
    community = next(place for place in dock.model.summary.places if place.code == SOUTH)
    dock.show_in_tree(community)
    dock.place_wanted.emit(community)
    wait_for(lambda: dock.card.isVisible() and community.name in dock.card.toPlainText())
    workspace = Workspace.open(shell.session.location)
    areas = workspace.read("area", ["name"], {"code": SOUTH}, geometry=False)
    with workspace.transaction("乙", "form") as transaction:
        transaction.update("area", Rows({"name": as_column(["改了名社区"])}, None, areas.fids))
    shell.session.data_changed.emit()
    wait_for(lambda: "改了名社区" in dock.card.toPlainText())


def test_walking_in_the_tree_with_the_keyboard_says_who_answers_and_leaves_the_map(dock, iface):
    dock.show_in_tree(next(place for place in dock.model.summary.places if place.code == f"{SOUTH}004"))
    dock.activateWindow()
    dock.tree.setFocus()
    wait_for(dock.tree.hasFocus)
    shown = _shown_place(iface)
    QTest.keyClick(dock.tree, Qt.Key.Key_Down)
    code = _here(dock)[1]
    wait_for(lambda: dock.card.isVisible() and code in dock.card.toPlainText())
    assert _shown_place(iface) == shown


def _shown_place(iface):
    """Return where the map stands and how large: its window may get another height when the dock gets one."""
    canvas = iface.mapCanvas()
    return canvas.center().x(), canvas.center().y(), canvas.mapUnitsPerPixel()


def test_no_result_is_said_only_when_nothing_can_come_any_more(dock):
    count = dock.findChild(QLabel, "gridmgmt_search_count")
    for text, found in (("南北胡同12", "1/1"), ("无此处所123", "no result")):
        dock.search.line.setText(text)
        dock.search._pause.stop()
        dock.search.typed.emit(text)
        assert count.text() == "…"
        wait_for(lambda found=found: tasks_done() and count.text() == found)


def test_what_is_found_outside_the_tree_is_listed_and_leads_to_the_map(dock):
    _type(dock, "南北胡同12")
    assert len(_lines(dock)) == 1
    dock.results.itemClicked.emit(dock.results.item(0))
    wait_for(lambda: dock.card.isVisible() and "示例乙" in dock.card.toPlainText())
    assert _here(dock) == ("lane", "L1")


def test_a_house_is_found_however_short_the_name_of_its_lane(dock, iface):
    _type(dock, "胡同1")
    assert [line.split("  ")[0] for line in _lines(dock)] == ["南北胡同 1"]
    (locator,) = iface.locators
    search, results = locator.clone(), []
    search.resultFetched.connect(results.append)
    search.prepare("胡同1", QgsLocatorContext())
    search.fetchResults("胡同1", QgsLocatorContext(), QgsFeedback())
    assert [result.displayString for result in results] == ["南北胡同 1"]


def test_one_hit_in_the_tree_needs_no_list_and_many_have_one(dock):
    _type(dock, f"{SOUTH}012")
    assert _lines(dock) == []
    _type(dock, "012")
    assert len(_lines(dock)) == 2
    _type(dock, "")
    assert _lines(dock) == []


def test_the_arrow_goes_down_into_the_list(dock):
    _type(dock, "012")
    QTest.keyClick(dock.search.line, Qt.Key.Key_Down)
    assert dock.results.currentRow() == 0


def test_lanes_and_persons_stand_in_the_tree(dock):
    for text, key in (("南北胡同", ("lane", "L1")), ("示例甲", ("person", "A"))):
        _type(dock, text)
        assert _here(dock) == key


def test_a_person_is_answered_for_without_a_place_on_the_map(dock, iface):
    _type(dock, "示例甲")
    QTest.keyClick(dock.search.line, Qt.Key.Key_Return)
    wait_for(dock.card.isVisible)
    assert "湖阳街道" in dock.card.toPlainText()
    assert iface.messages() == []


def test_a_heading_is_no_place(dock, iface):
    dock.tree.clicked.emit(dock.model.index_of_key(("lanes", "")))
    assert iface.messages() == []


def test_a_link_of_the_card_leads_to_the_grid(dock):
    _type(dock, f"{SOUTH}005")
    QTest.keyClick(dock.search.line, Qt.Key.Key_Return)
    wait_for(dock.card.isVisible)
    dock.card.wanted.emit("responsibility_grid", f"{SOUTH}002")
    assert _here(dock) == ("responsibility_grid", f"{SOUTH}002")


def test_where_nobody_holds_a_post_for_the_whole_the_card_tells_how_many_do_inside(qgis_app):
    office = Place("street_office", "990101001", "湖阳街道", -1, Figures(officers=5))
    assert "Nobody holds a post for the whole; 5 persons do" in answers_html(office, ())
    assert "Nobody holds a post here" in answers_html(replace(office, figures=Figures(officers=0)), ())


@pytest.mark.proof
def test_the_selection_stays_after_a_save_though_a_search_stands_there(dock, shell):
    _type(dock, "南门")
    chosen = dock.model.index_of_key(("unit_grid", f"{SOUTH}009"))
    dock.tree.setCurrentIndex(chosen)
    before = dock.model.summary
    shell.session.data_changed.emit()
    wait_for(lambda: dock.model.summary is not before)
    assert _here(dock) == ("unit_grid", f"{SOUTH}009")


def test_columns_give_way_to_a_narrow_dock_in_the_order_of_use(dock):
    header = dock.tree.header()
    dock.tree.resize(900, 400)
    seen = []
    for width in (900, 520, 440, 380, 320, 260, 180):
        dock.tree.setFixedWidth(width)
        settle()
        shown = [c for c in range(header.count()) if not header.isSectionHidden(c)]
        assert NAME_COLUMN in shown
        assert header.length() <= max(width, header.sectionSize(NAME_COLUMN))
        seen.append(len(shown))
    assert seen == sorted(seen, reverse=True)
    assert seen[0] > seen[-1]
    assert not header.isSectionHidden(NAME_COLUMN)


def test_names_of_communities_are_whole_in_a_narrow_dock_and_numbers_give_way(dock, shell):
    named = [replace(p, name="东段第一社区") if p.level == "community" else p for p in dock.model.summary.places]
    dock.show_summary(replace(dock.model.summary, places=tuple(named)), shell.session.location)
    dock.tree.setFixedWidth(230)
    settle()
    header, community = dock.tree.header(), dock.model.index_of_key(("community", SOUTH))
    delegate = dock.tree.itemDelegate()
    needed = delegate.sizeHint(QStyleOptionViewItem(), community).width() + 3 * dock.tree.indentation()
    assert header.sectionSize(NAME_COLUMN) >= needed
    option = QStyleOptionViewItem()
    delegate.initStyleOption(option, community)
    assert option.textElideMode == Qt.TextElideMode.ElideRight
    delegate.initStyleOption(option, community.siblingAtColumn(CODE_COLUMN))
    assert option.textElideMode == Qt.TextElideMode.ElideMiddle, "codes differ at their ends"


def test_what_the_planner_hid_stays_hidden_however_wide_the_dock(dock):
    header = dock.tree.header()
    assert header.isSectionHidden(CODE_COLUMN)
    dock.tree.setFixedWidth(1200)
    settle()
    assert header.isSectionHidden(CODE_COLUMN)
    dock.columns.hide_for_good(CODE_COLUMN, hidden=False)
    assert not header.isSectionHidden(CODE_COLUMN)
    dock.columns.hide_for_good(4, hidden=True)
    dock.tree.setFixedWidth(1201)
    settle()
    assert header.isSectionHidden(4)


def test_the_state_panel_tells_edits_checks_and_releases(dock, shell):
    links = dock.findChild(QWidget, "gridmgmt_state_links")
    wait_for(lambda: "release" in links.text())
    calm = links.text()
    layer = shown_layer(QgsProject.instance(), "lane")
    layer.startEditing()
    feature = next(layer.getFeatures())
    layer.changeAttributeValue(feature.id(), layer.fields().lookupField("name"), "改")
    wait_for(lambda: links.text() != calm)
    layer.rollBack()
    wait_for(lambda: links.text() == calm)
    shell.session.note_check(3, 1)
    wait_for(lambda: "3" in links.text())
    assert shell.session.last_check.errors == 3
    shell.session.data_changed.emit()
    assert shell.session.last_check.is_outdated
    shell.session.close_workspace()
    assert shell.session.last_check is None


@pytest.mark.proof
def test_a_job_under_way_is_told_and_a_question_of_a_moment_is_not(dock, shell):
    links, go_on = dock.findChild(QWidget, "gridmgmt_state_links"), Event()
    wait_for(tasks_done)
    question = BackgroundCall("查责", shell.session.location, lambda _: go_on.wait(20), lambda *_: None)
    question.start()
    wait_for(lambda: not tasks_done())
    dock.state.wanted.emit("nothing")
    shell.session.checked.emit()
    QTest.qWait(400)
    assert 'href="jobs"' not in links.text()
    job = QgsTask.fromFunction("导入案件", lambda task: go_on.wait(20))
    QgsApplication.taskManager().addTask(job)
    wait_for(lambda: "导入案件" in links.text().replace("&nbsp;", " ").replace("\u2060", ""))
    go_on.set()
    wait_for(tasks_done)
    wait_for(lambda: 'href="jobs"' not in links.text())


def test_the_locator_bar_finds_the_same_and_leads_there(dock, iface):
    (locator,) = iface.locators
    for setting in ("gui/locator_filters/prefix_gridmgmt", "locator-filters/items/gridmgmt/prefix"):
        assert QgsSettings().value(setting) == "wg"
    search, results = locator.clone(), []
    search.resultFetched.connect(results.append)
    search.prepare("1001005", QgsLocatorContext())
    search.fetchResults("1001005", QgsLocatorContext(), QgsFeedback())
    (result,) = results
    assert json.loads(result.userData)[:2] == ["unit_grid", f"{SOUTH}005"]
    locator.triggerResult(result)
    assert _here(dock) == ("unit_grid", f"{SOUTH}005")
    results.clear()
    search.fetchResults("   ", QgsLocatorContext(), QgsFeedback())
    assert results == []
