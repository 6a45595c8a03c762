"""A manager's figures by mouse and keyboard: what is asked, what a bar or a place means, what the map selects."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from qgis.core import QgsProject, QgsTemporalNavigationObject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.project.settings import remembered
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.fake_window import settle
from tests.qgis.workspace_window import build_workspace, tasks_done, wait_for

TODAY = datetime.now().replace(hour=0, minute=30)
CASES = 49


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """Every case is from today, but for one of 40 days ago; a third are components."""
    path = build_workspace(tmp_path_factory.mktemp("原件") / "示例.gpkg")
    workspace = Workspace.open(path)
    rows = workspace.read("cases", geometry=False)
    ids = rows["id"]
    moments = [TODAY] * (len(ids) - 1) + [TODAY - timedelta(40)]
    changed = {
        "kind": [("event", "event", "component")[at % 3] for at in range(len(ids))],
        "source": [("12345", "监督员")[at % 2] for at in range(len(ids))],
        "status": ["filed"] * len(ids),
        "reported_at": [moment.isoformat() for moment in moments],
    }
    with workspace.transaction("", "test") as transaction:
        for column, values in changed.items():
            transaction.set_column("cases", column, rows.fid, values)
    return path


@pytest.fixture
def algorithms():
    return ("hotspots", "briefing")


@pytest.fixture
def dock(shell):
    shell.action("case_figures").trigger()
    dock = shell.controller("case_figures").dock
    wait_for(lambda: tasks_done() and dock.table.rowCount() > 0)
    dock.bar.choose_days(date.today(), date.today())
    return dock


def number(dock):
    """Return how many cases the dock tells."""
    return dock._overview.count


def click(chart, at):
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, chart.box(at).center())


@pytest.mark.proof
def test_the_cases_of_the_chosen_days_are_told_in_numbers_charts_and_places(dock):
    assert f"<b>{number(dock)}</b>" in dock.told.text()
    assert "none in" in dock.told.text()
    assert sum(entry.value for entry in dock.series.entries) == number(dock)
    assert sum(entry.value for entry in dock.hours.entries) == number(dock)
    assert sum(entry.value for entry in dock.parts.entries) == number(dock)
    assert int(dock.table.item(0, 1).text()) == 2
    dock.bar.choose(dock.bar.period, "all")
    assert number(dock) == CASES
    assert "40" not in dock.told.text()


def test_a_click_on_a_bar_asks_for_it_alone_and_another_one_for_all_again(dock):
    everything = number(dock)
    dock.part.setCurrentIndex(dock.part.findData("source"))
    first = dock.parts.entries[0]
    click(dock.parts, 0)
    assert dock.bar.source.currentData() == first.key
    assert number(dock) == first.value < everything
    click(dock.parts, 0)
    assert number(dock) == everything


def test_classes_of_both_kinds_are_told_apart(dock):
    dock.part.setCurrentIndex(dock.part.findData("class"))
    assert {entry.key for entry in dock.parts.entries} == {("event", "0101"), ("component", "0101")}
    click(dock.parts, 1)
    assert dock.bar.question().classes == (("component", "0101"),)
    assert number(dock) == dock.parts.entries[0].value


def test_the_keyboard_walks_the_bars_and_enter_picks_one(dock):
    dock.part.setCurrentIndex(dock.part.findData("source"))
    QTest.keyClick(dock.parts, Qt.Key.Key_Down)
    QTest.keyClick(dock.parts, Qt.Key.Key_Down)
    told = dock.parts.accessibleDescription()
    assert told == dock.parts.entries[1].tip
    QTest.keyClick(dock.parts, Qt.Key.Key_Return)
    assert dock.bar.source.currentText() == told.split(":")[0]


def test_a_click_on_a_month_of_the_series_asks_for_that_month(dock):
    dock.bar.choose_days(date.today() - timedelta(400), date.today())
    assert dock.series.entries[-1].label == date.today().strftime("%Y-%m")
    click(dock.series, len(dock.series.entries) - 1)
    assert dock.bar.first.date().toPyDate() == date.today().replace(day=1)
    assert dock.bar.days(date.today()).last.month == date.today().month


def test_a_click_on_a_place_shows_it_on_the_map(shell, dock):
    code = dock.current() or dock._listed[0].code
    rect = dock.table.visualItemRect(dock.table.item(0, 0))
    QTest.mouseClick(dock.table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, rect.center())
    layer = shown_layer(QgsProject.instance(), "unit_grid")
    assert [feature["code"] for feature in layer.selectedFeatures()] == [code]


def test_what_is_selected_on_the_map_narrows_the_figures_and_they_follow_it(iface, dock):
    layer = shown_layer(QgsProject.instance(), "unit_grid")
    iface.mapCanvas().setLayers([layer])
    layer.selectByExpression(f"\"code\" = '{dock._listed[0].code}'")
    dock.bar.selected.click()
    assert number(dock) == 2
    layer.selectAll()
    wait_for(lambda: number(dock) > 2)
    assert number(dock) == dock._overview.placed
    layer.removeSelection()
    wait_for(lambda: number(dock) == 0)
    assert "Nothing of this level is selected" in dock.notes.text()


def test_another_level_ranks_its_places_and_is_remembered(dock):
    dock.bar.level.setCurrentIndex(dock.bar.level.findData("community"))
    wait_for(lambda: tasks_done() and dock.table.rowCount() == 2)
    assert {dock.table.item(row, 0).text() for row in (0, 1)} == {"南门社区", "北园社区"}
    assert remembered("figures_level") == "community"


def test_a_hand_edit_and_a_reload_are_counted(shell, dock):
    before = number(dock)
    workspace = Workspace.open(shell.session.location)
    with workspace.transaction("", "test") as transaction:
        transaction.set_column("cases", "status", workspace.read("cases", geometry=False).fid, ["void"] * CASES)
    shell.session.reload()
    wait_for(tasks_done)
    assert number(dock) == 0
    assert before > 0
    assert any("void" in note for note in (dock.notes.text(),))


def test_hot_spots_are_looked_for_in_what_is_asked(shell, dock):
    dock.bar.classes.choose((("event", "0101"),))
    dock.bar.level.setCurrentIndex(dock.bar.level.findData("community"))
    wait_for(tasks_done)
    dock.finder.click()
    wait_for(tasks_done)
    settle()
    talk = shell.controller("hotspots")._open["hotspots"]
    given = talk.dialog.parameters()
    today = date.today().isoformat()
    assert (given["FROM"], given["TO"], given["CLASS_PREFIX"], given["CASE_KIND"]) == (
        today,
        today,
        "0101",
        "event",
    )
    assert given["LEVEL"] == "community"
    talk.dialog.reject()


def test_a_briefing_takes_over_what_is_asked_and_says_that_it_is_about_the_whole_district(shell, iface, dock):
    dock.bar.choose_class(("component", "0101"))
    dock.bar.choose(dock.bar.source, "12345")
    dock.bar.start_day.setValue(26)
    dock.bar.selected.click()
    wait_for(tasks_done)
    dock.briefer.click()
    wait_for(tasks_done)
    settle()
    talk = shell.controller("briefing")._open["briefing"]
    given = talk.dialog.parameters()
    today = date.today().isoformat()
    assert (given["FROM"], given["TO"], given["SOURCES"], str(given["MONTH_START"])) == (today, today, "12345", "26")
    assert (given["CLASSES"], given["LEVEL"]) == ("component:0101", "unit_grid")
    assert Message("figures_selection_stays").text("en") in iface.messages()
    talk.dialog.reject()


def test_playing_sets_qgis_s_temporal_controller_and_gives_it_back(shell, iface, dock):
    controller = QgsTemporalNavigationObject(iface.mapCanvas())
    iface.mapCanvas().setTemporalController(controller)
    layer = shown_layer(QgsProject.instance(), "cases")
    dock.player.click()
    assert layer.temporalProperties().isActive()
    assert controller.temporalExtents().begin().date().toPyDate() == date.today()
    assert controller.totalFrameCount() in (1, 2)
    dock.player.click()
    assert not layer.temporalProperties().isActive()
    assert controller.navigationMode() == QgsTemporalNavigationObject.NavigationMode(0)


def test_without_a_workspace_the_dock_says_so(shell, dock):
    shell.action("close_workspace").trigger()
    wait_for(tasks_done)
    assert "No workspace is open." in dock.told.text()
    assert dock.table.rowCount() == 0
    assert not dock.finder.isEnabled()


@pytest.mark.proof
def test_a_closed_dock_lets_go_of_the_time_of_the_map_and_reads_again_when_it_is_shown(shell, iface, dock):
    controller = QgsTemporalNavigationObject(iface.mapCanvas())
    iface.mapCanvas().setTemporalController(controller)
    mode = controller.navigationMode()
    dock.player.click()
    assert controller.navigationMode() != mode
    shell.action("case_figures").trigger()
    assert not dock.player.isChecked()
    assert controller.navigationMode() == mode
    shell.session.reload()
    assert dock.table.rowCount() == 0, "nothing is read while nobody looks"
    dock.setUserVisible(True)
    wait_for(lambda: tasks_done() and dock.table.rowCount() > 0)


def test_a_period_that_was_chosen_by_hand_is_there_tomorrow_and_days_of_ones_own_are_not(dock):
    assert remembered("figures_period") is None, "neither what was offered at first nor a clicked bar is a choice"
    dock.bar.period.setCurrentIndex(dock.bar.period.findData("this_year"))
    dock.bar.period.activated.emit(dock.bar.period.currentIndex())
    dock.bar.choose_days(date.today(), date.today())
    dock.bar.period.activated.emit(dock.bar.period.currentIndex())
    assert remembered("figures_period") == "this_year"


def test_the_tree_of_classes_is_searched_ticked_and_says_how_many_there_are(dock):
    classes = dock.bar.classes
    QTest.mouseClick(classes, Qt.MouseButton.LeftButton)
    assert classes.popup.isVisible()
    groups = [classes.tree.topLevelItem(row) for row in range(classes.tree.topLevelItemCount())]
    assert [group.childCount() for group in groups] == [1, 1]
    counts = [int(group.text(1)) for group in groups]
    assert sum(counts) == number(dock)
    groups[1].setCheckState(0, Qt.CheckState.Checked)
    wait_for(lambda: dock.bar.classes.chosen() == (("event", "0101"),))
    assert number(dock) == counts[1] < sum(counts)
    assert "0101" in classes.text()
    groups[0].setCheckState(0, Qt.CheckState.Checked)
    wait_for(lambda: dock.bar.classes.chosen() == ())
    assert number(dock) == sum(counts), "all of them ask for nothing special"
    QTest.keyClicks(classes.line, "01")
    assert not groups[0].isHidden()
    classes.line.setText("no such class")
    assert groups[0].isHidden()
    QTest.keyClick(classes.line, Qt.Key.Key_Return)
    assert classes.chosen() == ()
    name = groups[0].child(0).text(0)
    classes.line.setText(name[:6])
    QTest.keyClick(classes.line, Qt.Key.Key_Return)
    assert number(dock) == sum(counts if len(classes.chosen()) != 1 else counts[:1])
    classes.popup.hide()
    classes.everything.click()
    assert classes.text().startswith("all classes")


def test_a_question_is_kept_renamed_asked_again_and_forgotten(dock):
    everything = number(dock)
    dock.bar.classes.choose((("component", "0101"),))
    dock.bar.choose(dock.bar.source, "12345")
    asked, few = dock.bar.question(), number(dock)
    dock.bar.presets.save("井盖 & 热线")
    dock.bar.classes.choose(())
    dock.bar.choose(dock.bar.source, "12345")
    dock.bar.choose(dock.bar.period, "all")
    assert number(dock) > few
    dock.bar.presets.rename("井盖 & 热线", "井盖")
    dock.bar.presets._fill()
    action = dock.bar.presets.menu().actions()[0]
    assert action.text() == "井盖"
    action.trigger()
    assert dock.bar.question() == asked
    assert number(dock) == few < everything
    assert dock.bar.days(date.today()).first == date.today()
    dock.bar.presets.delete("井盖")
    assert dock.bar.presets.names() == []


def test_what_a_kept_question_asks_and_the_workspace_has_not_is_told(dock):
    state = dock.bar.state() | {"classes": [["event", "0599"]]}
    state["words"] = {"source": "视频", "status": "handling", "department_code": "D77"}
    dock.bar.restore(state)
    assert dock.bar.question().classes == ()
    assert "0599" in dock.notes.text()
    assert "视频" in dock.notes.text()
    assert value_label("case_status", "handling", "en") in dock.notes.text()
    assert "handling" not in dock.notes.text()
    dock.bar.choose(dock.bar.period, "all")
    assert "0599" not in dock.notes.text()


def test_a_kept_question_that_is_asked_before_the_cases_are_read_waits_for_them(shell):
    bar = shell.controller("case_figures").dock.bar
    state = bar.state() | {"classes": [["event", "0101"]], "period": "all"}
    bar.restore(state | {"words": {"source": "12345", "status": "", "department_code": ""}})
    shell.action("case_figures").trigger()
    dock = shell.controller("case_figures").dock
    wait_for(lambda: tasks_done() and dock.table.rowCount() > 0)
    assert bar.question().classes == (("event", "0101"),)
    assert bar.question().sources == ("12345",)
    assert dock.notes.text() == ""
    few = number(dock)
    assert few < CASES
    shell.session.reload()
    bar.restore(state | {"words": {}})  # while it is read again
    wait_for(tasks_done)
    assert bar.question().sources == ()
    assert number(dock) > few


def test_classes_without_a_beginning_of_their_own_are_not_handed_to_the_search_for_hot_spots(shell, iface, dock):
    assert dock.bar.one_prefix() == ("", "")
    dock.bar.classes.choose((("event", "0101"),))
    assert dock.bar.one_prefix() == ("event", "0101")
    workspace = Workspace.open(shell.session.location)
    codes = [("0101", "2203", "0101")[at % 3] for at in range(CASES)]  # events, events, components
    with workspace.transaction("", "test") as transaction:
        transaction.set_column("cases", "class_code", workspace.read("cases", geometry=False).fid, codes)
    shell.session.reload()
    wait_for(tasks_done)
    dock.bar.classes.choose((("event", "0101"), ("event", "2203")))
    assert number(dock) == 32
    dock.finder.click()
    wait_for(tasks_done)
    assert Message("figures_classes_apart").text("en") in iface.messages()
    talk = shell.controller("hotspots")._open["hotspots"]
    given = talk.dialog.parameters()
    assert (given.get("CLASS_PREFIX"), given.get("CASE_KIND")) in ((None, None), ("", ""))
    talk.dialog.reject()
