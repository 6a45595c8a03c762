"""The dialogs of all jobs: every parameter within reach, lists instead of codes, edits settled, settings kept."""

from __future__ import annotations

import re
import time
from html import unescape

import openpyxl
import pytest
import shapely
from qgis.core import QgsProject, QgsRectangle
from qgis.PyQt.QtCore import QEvent, QPoint, Qt, QUrl
from qgis.PyQt.QtGui import QFocusEvent, QPalette
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QWidget,
)

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.grouping.anneal import Annealing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.responsibility.scheme_rules import SchemeRules
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.gui.frame.actions import ACTIONS
from gridmgmt_plugin.gui.frame.pending_edits import pending_layers, settle_edits
from gridmgmt_plugin.gui.jobs.balance import DivisionPreview
from gridmgmt_plugin.gui.jobs.forms import FILLED_IN, form_of
from gridmgmt_plugin.gui.jobs.memory import note_made, remember_settings, settings_of
from gridmgmt_plugin.gui.jobs.parts import files_html
from gridmgmt_plugin.jobs.responsibility.scheme_acts import set_scheme_rules
from gridmgmt_plugin.processing.algorithms.export_package import ExportPackage
from gridmgmt_plugin.project.grid_locks import keep_locks
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.handover.receiver_profiles import keep_profile
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.fake_window import settle
from tests.qgis.gui.jobs.job_window import open_job, part, press, told
from tests.qgis.workspace_window import OFFICE, tasks_done, wait_for, when_shown

JOBS = {spec.key: spec.algorithm for spec in ACTIONS if spec.algorithm is not None}
# One field stands for both.
TOGETHER = {
    ("buildresponsibilitygrids", "TITLE"),
    ("servicecircles", "TITLE"),
    ("hotspots", "TO"),
    ("hotspottrend", "TO"),
    ("recurrence", "TO"),
    ("evaluate", "TO"),
    ("briefing", "TO"),
}


def _words(dialog):
    """Return every text that a planner reads in a dialog."""
    texts = [w.text() for kind in (QLabel, QLineEdit, QCheckBox) for w in dialog.findChildren(kind)]
    texts += [line.placeholderText() for line in dialog.findChildren(QLineEdit)]
    for combo in dialog.findChildren(QComboBox):
        texts += [combo.itemText(row) for row in range(combo.count())]
    return texts


@pytest.mark.proof
def test_every_parameter_is_within_reach_and_none_speaks_of_scripts(shell):
    for key, job in JOBS.items():
        dialog = open_job(shell, key)
        form, algorithm = form_of(job.KEY), dialog.algorithm
        declared = {definition.name() for definition in algorithm.parameterDefinitions()}
        shown = {name for name, field in dialog.fields.items() if field.widget.parent() is not None}
        proposed = set(form.file.columns.values()) if form.file else set()
        together = {name for owner, name in TOGETHER if owner == algorithm.KEY}
        assert declared - shown - proposed - set(FILLED_IN) - together == set(), key
        for text in _words(dialog):
            assert not re.search(r"postgresql://|\bJSON\b|processing\.run|\d\.0{2,}|\bNULL\b", text), (key, text)
        assert dialog.height() <= 700, key
        dialog.close()
        settle()


@pytest.mark.parametrize("key", JOBS)
def test_a_form_names_only_what_its_algorithm_has(key):
    algorithm = JOBS[key]()
    algorithm.initAlgorithm({})
    declared = {definition.name() for definition in algorithm.parameterDefinitions()}
    form = form_of(algorithm.KEY)
    named = {*form.only_when, *(form.file.columns.values() if form.file else ())}
    assert named <= declared


def test_a_scheme_is_chosen_by_its_title(shell):
    dialog = open_job(shell, "export_package")
    combo = dialog.fields["SCHEME"].widget
    combo.setCurrentIndex(combo.findText("城管巡查"))
    assert dialog.parameters()["SCHEME"] == "cg"


def test_a_new_scheme_gets_a_key_by_itself(shell):
    dialog = open_job(shell, "build_responsibility_grids")
    dialog.fields["SCHEME"].widget.setEditText("园林养护")
    chosen = dialog.parameters()
    assert (chosen["SCHEME"], chosen["TITLE"]) == ("yl", "园林养护")
    dialog.fields["SCHEME"].widget.setEditText("城管巡查")
    assert dialog.parameters()["SCHEME"] == "cg"


def _dates(dialog, field):
    found = dialog.fields[field].widget.findChildren(QLineEdit, "qt_spinbox_lineedit")
    return [line for line in found if line.parent().metaObject().className() == "QgsDateTimeEdit"]


def test_a_period_of_all_cases_shows_no_date(shell):
    dialog = open_job(shell, "hotspots")
    period = dialog.fields["FROM"]
    for chosen in ("all", "year", "all"):
        period.show_value(chosen)
        shows_days = ["not given" not in line.text() for line in _dates(dialog, "FROM")]
        assert shows_days == [chosen != "all"] * 2
    dialog.close()


def test_a_date_that_is_not_chosen_does_not_read_as_today_where_the_cursor_begins(shell):
    dialog = open_job(shell, "judge_lanes")
    moment = dialog.fields["UNTIL"].widget
    (line,) = _dates(dialog, "UNTIL")
    QApplication.sendEvent(moment, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.ActiveWindowFocusReason))
    line.grab()  # a style sheet writes its colours into the palette when it is drawn
    assert line.palette().color(QPalette.ColorRole.Text).alpha() == 0
    assert "UNTIL" not in dialog.parameters()
    dialog.close()


def test_a_missing_field_is_named_and_nothing_runs(shell):
    dialog = open_job(shell, "build_responsibility_grids")
    press(dialog, "run")
    assert not dialog.shows_result()
    assert part(dialog, "forecast").text()


@pytest.mark.proof
def test_grids_are_tried_out_then_built_and_listed(shell):
    content = shell.session.path.read_bytes()
    dialog = open_job(shell, "build_responsibility_grids")
    dialog.show_values({"COUNT": 4})
    dialog.fields["SCHEME"].widget.setEditText("园林养护")
    told(dialog)
    press(dialog, "try")
    assert "4" in told(dialog)
    assert shell.session.path.read_bytes() == content
    press(dialog, "run")
    assert dialog.shows_result()
    assert dialog.result.toHtml().count("place:") == 4


@pytest.mark.proof
def test_the_best_division_so_far_is_drawn_while_it_is_looked_for(shell, monkeypatch):
    drawn, left = [], []
    show, clear = DivisionPreview.show, DivisionPreview.clear

    def seen(self, outlines):
        show(self, outlines)
        drawn.append(sum(band.asGeometry().area() for band in self._rubber._bands))

    def gone(self):
        clear(self)
        left.append(self._rubber)

    monkeypatch.setattr(DivisionPreview, "show", seen)
    monkeypatch.setattr(DivisionPreview, "clear", gone)
    dialog = open_job(shell, "build_responsibility_grids")
    dialog.show_values({"COUNT": 4})
    dialog.fields["SCHEME"].widget.setEditText("园林养护")
    press(dialog, "run")
    assert dialog.shows_result()
    assert drawn
    assert drawn[0] == pytest.approx(240_000)
    assert left[-1] is None


@pytest.fixture
def slow_balance(shell, monkeypatch):
    """Return the dialog with a balance under way that would take minutes, and its best so far on the map."""
    drawn = []
    sweep, show = Annealing._sweep, DivisionPreview.show
    monkeypatch.setattr(Annealing, "_sweep", lambda *given, **more: (time.sleep(0.03), sweep(*given, **more)))
    monkeypatch.setattr(DivisionPreview, "show", lambda self, outlines: (show(self, outlines), drawn.append(self)))
    dialog = open_job(shell, "build_responsibility_grids")
    dialog.show_values({"COUNT": 4})
    dialog.fields["SCHEME"].widget.setEditText("园林养护")
    QTest.mouseClick(part(dialog, "run"), Qt.MouseButton.LeftButton)
    wait_for(lambda: bool(drawn))
    return dialog, drawn[0]


def _answer_stop(dialog, name):
    dialog.reject()  # Esc, as the button "Stop"
    (question,) = [one for one in dialog.findChildren(QMessageBox, "gridmgmt_stop_question") if one.isVisible()]
    QTest.mouseClick(question.findChild(QPushButton, f"gridmgmt_stop_{name}"), Qt.MouseButton.LeftButton)


def test_stop_keeps_the_best_division_so_far_when_asked_to(shell, slow_balance):
    dialog, preview = slow_balance
    assert sum(band.asGeometry().area() for band in preview._rubber._bands) == pytest.approx(240_000)
    _answer_stop(dialog, "go_on")
    assert not dialog.shows_result()
    _answer_stop(dialog, "keep")
    wait_for(tasks_done)
    assert dialog.shows_result()
    assert "Stopped early as you asked" in dialog.result.toPlainText()
    units = Workspace.open(shell.session.path).read("unit_grid")
    assert len(set(units["rg_yl"])) == 4
    assert preview._rubber is None


def test_stop_throws_the_best_division_away_when_asked_to(shell, slow_balance):
    content = shell.session.path.read_bytes()
    dialog, _ = slow_balance
    _answer_stop(dialog, "give_up")
    wait_for(tasks_done)
    assert not dialog.shows_result()
    assert "Nothing was written" in part(dialog, "forecast").text()
    assert shell.session.path.read_bytes() == content


@pytest.mark.proof
def test_pages_to_print_are_offered_once_there_is_a_folder_for_them(shell, tmp_path):
    dialog = open_job(shell, "draw_lanes")
    dialog.show_values({"PAGES": True})
    assert not dialog.fields["PAGES"].widget.isEnabled()
    assert "PAGES" not in dialog.parameters()
    dialog.show_values({"FOLDER": str(tmp_path)})
    assert dialog.fields["PAGES"].widget.isEnabled()
    assert dialog.parameters()["PAGES"]


@pytest.mark.proof
def test_service_circles_make_a_new_scheme_only_when_it_is_given_a_name(shell):
    dialog = open_job(shell, "service_circles")
    field = dialog.fields["SCHEME"]
    assert field.widget.count() == 0
    assert "SCHEME" not in dialog.parameters()
    assert not re.search(r"[(（]", field.title + dialog.fields["ALTERNATIVE_OF"].title)
    field.widget.setEditText("便民服务圈")
    assert dialog.parameters()["TITLE"] == "便民服务圈"
    assert dialog.parameters()["SCHEME"] not in ("", "cg", "hw")


def test_where_nothing_is_to_be_done_only_the_reason_is_told(shell):
    dialog = open_job(shell, "follow_ground")
    said = told(dialog)
    assert "<b>" not in said  # what stands there otherwise is how much will be changed
    assert "No post has to move" in said


def test_proposals_have_a_box_each_and_what_is_not_ticked_is_left(shell):
    dialog = open_job(shell, "follow_ground")
    told(dialog)
    field = dialog.fields["LEAVE"]
    field.offer({"1>A": "甲", "2>B": "乙"})
    assert "LEAVE" not in dialog.parameters()
    field.widget.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert dialog.parameters()["LEAVE"] == "2>B"
    told(dialog)  # tried out again at once: nothing has moved in this district
    assert field.widget.count() == 0
    field.offer({"1>A": "甲", "2>B": "乙"})
    assert field.widget.item(1).checkState() == Qt.CheckState.Unchecked
    field.widget.item(1).setCheckState(Qt.CheckState.Checked)
    assert "LEAVE" not in dialog.parameters()


@pytest.mark.proof
def test_the_balance_begins_with_the_rules_of_the_scheme_and_the_locks_of_painting(shell):
    set_scheme_rules(
        Workspace.open(shell.session.path), "cg", SchemeRules("street_office", tolerance_percent=5.0), "示例员"
    )
    codes = sorted(f["code"] for f in shown_layer(QgsProject.instance(), "responsibility_grid").getFeatures())
    keep_locks(QgsProject.instance(), "cg", [codes[0], "990101001001999"])
    dialog = open_job(shell, "build_responsibility_grids")
    dialog.fields["SCHEME"].widget.setEditText("园林养护")
    assert "LOCKED" not in dialog.parameters()
    dialog.fields["SCHEME"].widget.setEditText("城管巡查")
    chosen = dialog.parameters()
    assert (chosen["WITHIN"], float(chosen["TOLERANCE"]), chosen["LOCKED"]) == ("street_office", 5.0, codes[0])
    wait_for(lambda: "unit grids in" in part(dialog, "forecast").text())
    text = part(dialog, "forecast").text()
    assert "one street office" in text
    assert "5 %" in text
    assert "第001责任网格" in text
    dialog.show_values({"COUNT": 3, "STAY": 50})
    before = {u["code"]: u["rg_cg"] for u in Workspace.open(shell.session.path).read("unit_grid").records()}
    press(dialog, "run")
    after = {u["code"]: u["rg_cg"] for u in Workspace.open(shell.session.path).read("unit_grid").records()}
    assert before != after
    assert {u for u in before if before[u] == codes[0]} == {u for u in after if after[u] == codes[0]}


@pytest.mark.proof
def test_grids_outside_the_tolerance_are_places_to_click(shell):
    dialog = open_job(shell, "build_responsibility_grids")
    dialog.show_values({"COUNT": 5})
    dialog.fields["SCHEME"].widget.setEditText("园林养护")
    press(dialog, "run")
    html = dialog.result.toHtml()
    assert html.count("place:") == 5
    assert dialog.result.toPlainText().count("+25.0 %") == 2
    layer = shown_layer(QgsProject.instance(), "responsibility_grid")
    dialog.result.anchorClicked.emit(QUrl(re.search(r"place:\d+", html).group()))
    (chosen,) = layer.selectedFeatures()
    assert chosen["scheme"] == "yl"


@pytest.mark.proof
def test_settings_of_the_last_run_are_proposed_again(shell):
    dialog = open_job(shell, "build_responsibility_grids")
    dialog.show_values({"COUNT": 4, "WEIGHT": "area"})
    dialog.fields["SCHEME"].widget.setEditText("园林养护")
    press(dialog, "run")
    assert dialog.shows_result()
    dialog.close()
    again = open_job(shell, "build_responsibility_grids")
    assert again.parameters()["WEIGHT"] == "area"
    assert float(again.parameters()["COUNT"]) == 4
    assert "REPLACE" not in again.parameters() or not again.parameters()["REPLACE"]


@pytest.mark.proof
def test_an_export_tells_that_it_hands_nothing_over_and_does_not_propose_it_again(shell, tmp_path, monkeypatch):
    told_of = Report("foretell", 1)
    monkeypatch.setattr(ExportPackage, "_sheet", lambda _, call: {"REPORT": call.report(told_of), "SHEET": "a.pdf"})
    dialog = open_job(shell, "export_package")
    dialog.show_values({"FOLDER": str(tmp_path), "PREVIEW": True})
    dialog.settings_changed.emit()
    assert dialog.runner.text() == "Write the sheet"
    assert "Nothing is handed over" in part(dialog, "forecast").text()
    press(dialog, "run")
    assert Message("sheet_place_missing").text("en") in unescape(part(dialog, "forecast").text())
    dialog.show_values({"SHEET": str(tmp_path / "a.pdf")})
    shell.session.note_check(0, 0)
    press(dialog, "run")
    assert not shell.session.last_check.is_outdated, "nothing was changed since the check"
    assert "only the sheet a.pdf was written" in dialog.result.toPlainText()
    dialog.close()
    assert not open_job(shell, "export_package").parameters().get("PREVIEW")


def test_a_number_that_is_none_is_refused_where_it_stands(shell):
    dialog = open_job(shell, "generate_unit_grids")
    assert dialog.fields["TARGET_AREA"].widget.text() == "10000"
    dialog.fields["TARGET_AREA"].widget.setText("一公顷")
    press(dialog, "run")
    assert not dialog.shows_result()


def test_a_scheme_has_no_meaning_for_a_trend_of_unit_grids_but_names_who_answers_at_hot_places(shell):
    assert all(open_job(shell, job).fields["SCHEME"].widget.isEnabled() for job in ("hotspots", "briefing"))
    dialog = open_job(shell, "hotspot_trend")
    assert not dialog.fields["SCHEME"].widget.isEnabled()
    dialog.show_values({"LEVEL": "responsibility_grid"})
    assert dialog.fields["SCHEME"].widget.isEnabled()


def test_of_hot_spots_those_are_listed_that_are_selected_on_the_map(shell):
    dialog, units = open_job(shell, "hotspots"), shown_layer(QgsProject.instance(), "unit_grid")
    field = dialog.fields["PLACES"]
    assert not field.only.isEnabled()
    units.selectByIds(sorted(units.allFeatureIds())[:2])
    field.layers.setLayer(units)
    assert field.only.isChecked()
    dialog.show_values({"FROM": "all"})
    press(dialog, "run")
    wait_for(dialog.shows_result)
    (found,) = [one for one in QgsProject.instance().mapLayers().values() if "gi_z" in one.fields().names()]
    assert {row["code"] for row in found.getFeatures()} == {row["code"] for row in units.selectedFeatures()}
    units.removeSelection()


@pytest.mark.proof
def test_what_is_selected_after_the_layer_was_chosen_counts_and_nothing_selected_means_the_whole_layer(shell):
    dialog, units = open_job(shell, "hotspots"), shown_layer(QgsProject.instance(), "unit_grid")
    areas, field = shown_layer(QgsProject.instance(), "area"), dialog.fields["PLACES"]
    before = units.receivers(units.selectionChanged)
    field.layers.setLayer(units)
    assert not field.only.isEnabled()
    units.selectByIds(sorted(units.allFeatureIds())[:2])
    assert field.only.isChecked()
    field.only.setChecked(False)
    units.selectByIds(sorted(units.allFeatureIds())[:3])
    assert not field.only.isChecked(), "who does not want it is not asked again"
    field.only.setChecked(True)
    units.removeSelection()
    assert (field.only.isEnabled(), field.value()) == (False, units.id())
    field.layers.setLayer(areas)
    units.selectAll()
    assert not field.only.isEnabled()
    field.layers.setLayer(units)
    assert field.only.isChecked()
    dialog.close()
    settle()
    units.removeSelection()
    assert units.receivers(units.selectionChanged) == before


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    ("key", "whole"), [("hotspots", False), ("hotspot_trend", True), ("recurrence", True), ("evaluate", False)]
)
@pytest.mark.proof
def test_what_is_followed_over_time_begins_with_all_cases(shell, key, whole):
    assert (open_job(shell, key).fields["FROM"].values() == {}) == whole


@pytest.mark.proof
def test_a_check_opens_the_list_of_issues(shell, iface):
    dialog = open_job(shell, "validate")
    press(dialog, "run")
    assert iface.mainWindow().findChild(QWidget, "gridmgmt_issues_dock").isVisible()


def _answer(name):
    when_shown("gridmgmt_pending_edits", lambda box: box.findChild(QWidget, name).click())


@pytest.fixture
def edited(shell):
    layer = shown_layer(QgsProject.instance(), "person")
    layer.startEditing()
    feature = next(layer.getFeatures())
    layer.changeAttributeValue(feature.id(), layer.fields().indexOf("title"), "队长")
    return layer


def test_the_keyboard_goes_through_the_fields_as_they_stand(shell):
    dialog = open_job(shell, "hotspots")
    first = [dialog.fields[name].widget for name in ("FROM", "LEVEL", "CLASS_PREFIX")]
    stop, seen = first[0].focusProxy(), []
    for _ in range(60):
        owner = next((w for w in first if w is stop or w.isAncestorOf(stop)), None)
        if owner is not None and owner not in seen:
            seen.append(owner)
        stop = stop.nextInFocusChain()
    assert seen == first


def test_unsaved_edits_are_kept_when_the_planner_stops(shell, edited):
    _answer("gridmgmt_pending_cancel")
    shell.action("validate").trigger()
    assert shell.iface.mainWindow().findChild(QWidget, "gridmgmt_job_validate") is None
    assert edited.isModified()


def test_unsaved_edits_are_given_up_when_asked(shell, edited):
    _answer("gridmgmt_pending_discard")
    assert settle_edits(shell.iface.mainWindow())
    assert pending_layers() == []
    assert "队长" not in {feature["title"] for feature in edited.getFeatures()}


def test_unsaved_edits_are_saved_when_asked(shell, edited):
    _answer("gridmgmt_pending_save")
    assert settle_edits(shell.iface.mainWindow())
    assert "队长" in {feature["title"] for feature in edited.getFeatures()}
    edited.rollBack()


def test_a_job_that_is_refused_says_why_and_keeps_its_settings(shell, monkeypatch):
    def refuse(*_, **__):
        raise GridError("hotspot_no_places")

    monkeypatch.setattr("gridmgmt_plugin.jobs.analysis.find_hotspots.find_hotspots", refuse)
    dialog = open_job(shell, "hotspots")
    press(dialog, "run")
    assert not dialog.shows_result()
    assert part(dialog, "forecast").text()
    assert dialog.runner.isEnabled()


@pytest.mark.proof
def test_a_run_that_is_refused_is_proposed_again(shell, tmp_path, monkeypatch):
    def refuse(*_):
        raise GridError("hotspot_no_places")

    monkeypatch.setattr(ExportPackage, "_sheet", refuse)
    dialog = open_job(shell, "export_package")
    dialog.show_values({"FOLDER": str(tmp_path), "PROFILE": "national", "SHEET": str(tmp_path / "a.pdf")})
    dialog.show_values({"PREVIEW": True})
    press(dialog, "run")
    assert not dialog.shows_result()
    dialog.close()
    again = open_job(shell, "export_package").parameters()
    assert (again["FOLDER"], again["PROFILE"]) == (str(tmp_path), "national")
    assert not again.get("PREVIEW")


def test_of_a_web_address_only_what_lets_nobody_in_is_kept(qgis_app):
    remember_settings("deliverhttp", {"TARGET": "https://me:word@example.org/a?f=json&token=abc", "ROWS_EACH": 3})
    assert settings_of("deliverhttp") == {"TARGET": "https://example.org/a?f=json", "ROWS_EACH": 3}
    remember_settings("deliverhttp", {"TARGET": "http://[me:word"})
    assert not settings_of("deliverhttp")["TARGET"]


@pytest.mark.proof
def test_two_states_are_compared_in_a_table_whose_rows_lead_to_the_map(shell, iface):
    workspace = Workspace.open(shell.session.location)
    units = workspace.read("unit_grid", ["rg_cg"], geometry=False)
    group = sorted({code for code in units["rg_cg"] if code})[0]
    with workspace.transaction("示例员", "paint") as transaction:
        transaction.update("unit_grid", Rows({"rg_hw": as_column([group] * len(units))}, None, units.fid))
    dialog = open_job(shell, "compare_states")
    combos = [dialog.fields[name].widget for name in ("BASE", "OTHER")]
    assert "城管巡查" in "".join(combos[0].itemText(row) for row in range(combos[0].count()))
    dialog.show_values({"BASE": "cg", "OTHER": "hw"})
    press(dialog, "run")
    assert dialog.shows_result()
    html = dialog.result.toHtml()
    assert html.count("place:") == len(set(units["rg_cg"]))
    assert "示例甲" in dialog.result.toPlainText()
    sides = dialog.result.document().find("→", 3).block()  # the first one stands in the heading
    assert sides.layout().lineCount() == 1, "names stand beside each other and are not pressed into a column"
    layer = iface.active
    dialog.result.anchorClicked.emit(QUrl(re.search(r"place:\d+", html).group()))
    assert layer.selectedFeatureCount() == 1
    assert layer.labelsEnabled()


@pytest.mark.proof
def test_a_file_to_write_is_looked_for_beside_the_workspace_at_first_and_then_where_the_last_one_went(
    shell, tmp_path
):
    dialog = open_job(shell, "compare_states")
    assert dialog.fields["OUTPUT"].widget.defaultRoot() == str(shell.session.path.parent)
    dialog.fields["OUTPUT"].widget.setFilePath(str(tmp_path / "a.gpkg"))
    dialog.close()
    assert open_job(shell, "compare_states").fields["OUTPUT"].widget.defaultRoot() == str(tmp_path)


def test_a_job_that_only_reads_leaves_the_check_in_date(shell):
    shell.session.note_check(0, 0)
    dialog = open_job(shell, "compare_states")
    dialog.show_values({"BASE": "cg", "OTHER": "hw"})
    press(dialog, "run")
    assert dialog.shows_result()
    assert not shell.session.last_check.is_outdated


@pytest.mark.proof
def test_two_states_that_are_equal_are_said_to_be_so_and_leave_no_layer(shell, iface):
    before = set(QgsProject.instance().mapLayers())
    dialog = open_job(shell, "compare_states")
    dialog.show_values({"BASE": "cg", "OTHER": "cg"})
    press(dialog, "run")
    assert dialog.shows_result()
    assert set(QgsProject.instance().mapLayers()) == before
    assert any("no unit grid changes hands" in text for text in iface.messages())


@pytest.mark.proof
def test_a_state_that_is_not_there_is_told_in_the_dialog(shell):
    dialog = open_job(shell, "compare_states")
    dialog.show_values({"BASE": "没有这样的", "OTHER": "today", "SCHEME": "cg"})
    press(dialog, "run")
    assert not dialog.shows_result()
    assert "没有这样的" in told(dialog)


@pytest.mark.proof
def test_the_worst_lanes_and_officers_come_by_rate_and_lead_to_the_map(shell):
    workspace = Workspace.open(shell.session.location)
    line = as_column([shapely.MultiLineString([[(0, 100), (1200, 100)]])])
    long_one = {"code": "L2", "name": "东西长街", "street_code": OFFICE}
    post = {"id": "9", "target": "lane", "target_code": "L2", "person_id": "A", "role": "lane_chief"}
    with workspace.transaction("", "test") as transaction:
        transaction.insert("lane", Rows.from_records([long_one], line))
        transaction.insert("post", Rows.from_records([post]))
        fids = workspace.read("cases", ["id"], geometry=False).fids[:7]
        transaction.set_column("cases", "lane_code", fids, ["L1"] * 3 + ["L2"] * 4)
        transaction.set_column("cases", "reported_at", fids, ["2025-03-05T10:00:00"] * 7)
    dialog = open_job(shell, "lane_cases")
    press(dialog, "run")
    text = dialog.result.toPlainText()
    assert text.index("南北胡同") < text.index("东西长街")  # 1.50 for 100 m before 0.33, though it has fewer
    assert "1.50" in text
    lanes, officers = text.split("Officers whose lanes have most cases for their length")
    assert "示例乙" in lanes
    assert officers.index("示例乙") < officers.index("示例甲")
    links = re.findall(r"place:-?\d+", dialog.result.toHtml())
    shown = {layer.name(): layer for layer in QgsProject.instance().mapLayers().values()}
    layer = next(layer for layer in shown.values() if layer.fields().indexOf("per_100m") >= 0 and layer.isSpatial())
    for link, code in ((links[0], "L1"), (links[1], "L2"), (links[2], "L1"), (links[3], "L2")):
        dialog.result.anchorClicked.emit(QUrl(link))
        assert [feature["code"] for feature in layer.selectedFeatures()] == [code]
    canvas = shell.iface.mapCanvas()
    canvas.setExtent(QgsRectangle(-9000, -9000, 9000, 9000))
    port = dialog.result.viewport()
    spots = (QPoint(x, y) for y in range(0, port.height(), 4) for x in range(0, port.width(), 8))
    QTest.mouseClick(
        port, Qt.MouseButton.LeftButton, pos=next(at for at in spots if dialog.result.anchorAt(at) == links[0])
    )
    assert [feature["code"] for feature in layer.selectedFeatures()] == ["L1"]
    assert canvas.extent().width() < 9000, "a click by hand goes there too"


@pytest.mark.proof
def test_a_refusal_is_not_shown_beside_the_run_that_follows_it(shell, tmp_path):
    dialog = open_job(shell, "deliver_http")
    dialog.show_values({"PACKAGE": str(tmp_path / "none.zip"), "TARGET": "https://receiver.example"})
    press(dialog, "run")
    assert part(dialog, "forecast").text()
    dialog.run_wanted.emit()
    assert not part(dialog, "forecast").text()
    wait_for(tasks_done)


def test_a_sending_that_is_stopped_says_that_something_was_taken():
    assert "took" in form_of("deliverhttp").stopped


@pytest.mark.proof
def test_an_export_offers_the_receiver_profiles_by_name(shell, tmp_path, monkeypatch):
    with Workspace.open(shell.session.location).transaction("", "test") as transaction:
        keep_profile(transaction, "甲平台", {"title": "甲平台"})
    dialog = open_job(shell, "export_package")
    field = dialog.fields["PROFILE"]
    offered = [field.widget.itemText(at) for at in range(field.widget.count())]
    assert offered[:2] == ["甲平台", "National field names"]
    assert field.value() is None
    field.widget.setCurrentIndex(0)
    assert dialog.parameters()["PROFILE"] == "甲平台"
    field.widget.setCurrentIndex(1)
    assert dialog.parameters()["PROFILE"] == "national"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "乙.json"), ""))
    field.widget.setCurrentIndex(len(offered) - 1)
    field.widget.activated.emit(len(offered) - 1)
    assert dialog.parameters()["PROFILE"] == str(tmp_path / "乙.json")


@pytest.mark.proof
def test_a_dialog_that_is_framed_late_lies_in_the_middle_of_its_window(shell):
    shell.action("compare_states").trigger()
    dialog = shell.controller("compare_states")._open["compare_states"].dialog
    dialog.move(-20, -20)  # where X11 has it while it is framed
    settle()
    middle = dialog.parentWidget().frameGeometry().center()
    assert abs(dialog.frameGeometry().center().y() - middle.y()) <= 4
    assert dialog.x() > 0
    dialog.move(10, 10)
    dialog.hide()
    dialog.show()
    settle()
    assert dialog.pos() == QPoint(10, 10)
    dialog.close()


def test_a_profile_of_another_workspace_is_not_proposed(shell):
    remember_settings("exportpackage", {"PROFILE": "乙平台"})
    assert open_job(shell, "export_package").fields["PROFILE"].value() is None


def test_the_package_that_was_made_just_now_is_proposed_for_sending(shell, tmp_path):
    package = tmp_path / "990101_cg_r0001.zip"
    package.touch()
    note_made(shell.session.location, {"PACKAGE": str(package)})
    assert open_job(shell, "deliver_http").parameters()["PACKAGE"] == str(package)


def test_of_a_single_release_there_is_no_doubt(shell):
    with Workspace.open(shell.session.location).transaction("", "test") as transaction:
        told = {"number": "r0001", "scheme": "cg", "state": "handed_over"}
        transaction.insert("release", Rows.from_records([told]))
    assert open_job(shell, "import_receipt").fields["RELEASE"].value() == "r0001"


def test_of_a_receipt_with_several_sheets_one_is_chosen_by_a_click(shell, tmp_path):
    with Workspace.open(shell.session.location).transaction("", "test") as transaction:
        transaction.insert(
            "release", Rows.from_records([{"number": "r0001", "scheme": "cg", "state": "handed_over"}])
        )
        items = [{"release_number": "r0001", "layer": "unit_grid", "row_key": "990101001001003", "content": "{}"}]
        transaction.insert("release_item", Rows.from_records(items))
    book = openpyxl.Workbook()
    book.active.append(["说明"])
    sheet = book.create_sheet("回执 <二>")
    for row in (["layer", "code", "result", "reason"], ["unit_grid", "990101001001003", "退回", "边界不符"]):
        sheet.append(row)
    book.save(tmp_path / "回执.xlsx")
    dialog = open_job(shell, "import_receipt")
    dialog.fields["INPUT"].show_value(str(tmp_path / "回执.xlsx"))
    press(dialog, "try")
    link = re.search(r"href='([^']*)'>回执 &lt;二&gt;<", told(dialog))[1]
    dialog.link_clicked.emit(QUrl(link))
    assert dialog.fields["INPUT"].value().endswith("|layername=回执 <二>")
    assert told(dialog) == ""
    press(dialog, "run")
    wait_for(dialog.shows_result)
    assert Workspace.open(shell.session.location).read("release", geometry=False)["state"].tolist() == ["rejected"]


def test_what_was_sent_leads_to_the_folder_where_its_receipt_lies(tmp_path):
    package = tmp_path / "990101_cg_r0001.zip"
    package.touch()
    assert QUrl.fromLocalFile(str(tmp_path)).toString() in files_html({}, {"PACKAGE": str(package)})
    assert not files_html({}, {})
