"""What a job did, told: the sentence in the message bar, the report, hot spots, issues and heat map on the map."""

from __future__ import annotations

import json
from html import unescape

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import Qt, QUrl
from qgis.PyQt.QtTest import QTest

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.gui.frame.outcome import Outcome, outcome_message
from gridmgmt_plugin.gui.frame.report_dialog import report_html, show_report
from gridmgmt_plugin.gui.frame.result_display import loaded_layer, put_on_top, show_places
from gridmgmt_plugin.gui.jobs.forecast import tried
from gridmgmt_plugin.gui.jobs.parts import files_html
from gridmgmt_plugin.project.map.clusters import cluster_layer
from gridmgmt_plugin.project.map.themes import apply_theme, current_theme
from gridmgmt_plugin.project.shown_workspace import shown_layer
from tests.qgis.fake_window import settle


@pytest.fixture
def rejected(tmp_path):
    """A report of an import: 5 rows in, 2 out for one reason."""
    rows = [RejectedRow(3, "K1", "file_missing"), RejectedRow(4, "K2", "file_missing")]
    report = Report("importcases", 5, 2, {"cancelled": 2}, [RejectedRow(r.row, r.key, "cancelled") for r in rows])
    path = report.write(tmp_path / "报告 a.json", "zh_CN")
    return Outcome.of("导入案件", {"COUNT": 5, "REJECTED": 2, "REPORT": str(path)})


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ({"ERRORS": 2, "WARNINGS": 1}, "outcome_checked"),
        ({"COUNT": 5, "REJECTED": 2}, "outcome_some_rejected"),
        ({"COUNT": 5, "REJECTED": 0}, "outcome_accepted"),
        ({"PACKAGE": "/a/b.zip", "RELEASE": "1"}, "outcome_package"),
        ({}, "outcome_done"),
    ],
)
@pytest.mark.proof
def test_every_outcome_has_its_sentence(results, code):
    message = outcome_message(Outcome.of("题目", results))
    assert message.code == code
    assert message.text("zh").startswith("题目：")
    assert message.text("en").startswith("题目: ")


def test_hot_spots_are_counted_in_the_sentence(tmp_path):
    figures = {"hot_places": 5, "hot": 22, "hot_99": 16, "cold_places": 2, "cold": 3}
    path = Report("hotspots", 100, figures=figures).write(tmp_path / "a.json")
    text = outcome_message(Outcome.of("高发", {"COUNT": 100, "REPORT": str(path)})).text("zh")
    assert all(str(number) in text for number in figures.values())


def test_a_sheet_alone_is_told_as_such_and_leads_to_its_file(tmp_path):
    sheet = tmp_path / "告知单.pdf"
    sheet.write_bytes(b"%PDF")
    path = Report("foretell", 1).write(tmp_path / "a.json")
    results = {"SHEET": str(sheet), "REPORT": str(path)}
    text = outcome_message(Outcome.of("导出成果包", results)).text("zh")
    assert all(part in text for part in ("告知单.pdf", "没有移交"))
    assert sheet.as_uri() in QUrl(files_html(results, {}).split("'")[1]).toString(
        QUrl.ComponentFormattingOption.FullyEncoded
    )


def test_the_hand_over_sheet_to_sign_is_offered_with_the_package(tmp_path):
    sheet = tmp_path / "包-handover.pdf"
    sheet.write_bytes(b"%PDF")
    assert "hand-over sheet to sign" in files_html({"HANDOVER_SHEET": str(sheet)}, {})


def test_what_the_headline_says_is_not_said_again_below_it(tmp_path):
    said, more = Message("receipt_rows_unread", {"count": 2}), Message("receipt_rows_unread", {"count": 3})
    path = Report("importreceipt", notes=(Message("cancelled"), more)).write(tmp_path / "a.json", "en")
    outcome = Outcome.of("Receipt", {"REPORT": str(path)})
    outcome.report["notes"][0].update(code="receipt_entered", text=said.text("en"))
    html = unescape(report_html(outcome))
    assert (html.count(said.text("en")), html.count(more.text("en"))) == (1, 1)


def test_a_trial_is_never_told_as_done(rejected, iface):
    trial = tried(rejected)
    assert "nothing was written" in outcome_message(trial).text("en")
    html = report_html(trial)
    assert "would not come in" in html
    assert "did not come in" not in html
    dialog = show_report(trial, iface.mainWindow())
    assert "only tried out" in dialog.windowTitle()
    dialog.reject()


def test_refused_rows_and_errors_ask_for_attention():
    assert Outcome.of("", {"REJECTED": 1}).is_troubling
    assert Outcome.of("", {"ERRORS": 1}).is_troubling
    assert not Outcome.of("", {"COUNT": 1, "REJECTED": 0, "ERRORS": 0}).is_troubling


def test_the_report_says_why_with_an_example_and_links_the_list(rejected):
    html = report_html(rejected)
    assert Message("cancelled").text("zh") in html
    assert "_rejected.csv" in html
    assert "file://" in html


def test_what_comes_out_of_a_file_is_shown_as_text_and_not_as_markup(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"notes": [{"code": "x", "text": "<b>坏</b>"}], "reasons": {"<i>": 1}}))
    html = report_html(Outcome.of("<u>", {"REPORT": str(path)}))
    assert not any(tag in html for tag in ("<b>坏", "<i>", "<u>"))


def test_the_report_opens_and_goes_when_it_is_closed(rejected, iface):
    dialog = show_report(rejected, iface.mainWindow())
    assert dialog.isVisible()
    dialog.reject()
    settle()
    assert iface.mainWindow().findChild(type(dialog), "gridmgmt_report_dialog") is None


@pytest.mark.proof
def test_a_message_with_more_to_read_has_a_button(shell, iface):
    seen = []
    shell.tell(Message("cancelled"), more=("Details", lambda: seen.append(1)))
    button = iface.messageBar().findChild(object, "gridmgmt_message_button") or next(
        child for child in iface.messageBar().findChildren(object) if child.objectName() == "gridmgmt_message_button"
    )
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert seen == [1]


def _result(fields, rows, title="结果"):
    layer = QgsVectorLayer(f"Polygon?{fields}", title, "memory")
    for number, values in enumerate(rows):
        feature = QgsFeature(layer.fields())
        feature.setAttributes(list(values))
        feature.setGeometry(QgsGeometry.fromWkt(f"POLYGON(({number} 0, {number + 1} 0, {number + 1} 1, {number} 0))"))
        layer.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(layer)
    return layer


def test_hot_spots_lie_right_above_the_grids_and_nothing_covers_them(shell):
    layer = _result("field=code:string&field=hotspot:integer", [("a", 3), ("b", 0)])
    shown = show_places(layer.id(), "hotspots")
    order = QgsProject.instance().layerTreeRoot().layerOrder()
    assert shown.renderer().type() == "categorizedSymbol"
    assert shown.opacity() == 1.0  # or the colours would differ from those of the legend
    assert order.index(layer) < order.index(shown_layer(QgsProject.instance(), "unit_grid"))
    assert order.index(layer) > order.index(shown_layer(QgsProject.instance(), "area"))
    root = QgsProject.instance().layerTreeRoot()
    assert [node.layer() for node in root.findLayers()].count(layer) == 1
    assert not root.findLayer(shown_layer(QgsProject.instance(), "cases")).isVisible()


def test_hot_spots_and_other_results_leave_the_theme_of_the_map_what_it_is(shell):
    project = QgsProject.instance()
    show_places(_result("field=code:string&field=hotspot:integer", [("a", 3)]).id(), "hotspots")
    assert current_theme(project) == "manage"
    put_on_top(_result("field=a:string", []))
    assert current_theme(project) == "manage"
    apply_theme(project, "manage")
    assert project.layerTreeRoot().findLayer(shown_layer(project, "cases")).isVisible()
    project.layerTreeRoot().findLayer(shown_layer(project, "cases")).setItemVisibilityChecked(False)
    assert current_theme(project) is None  # the planner's own doing


def test_an_output_is_found_by_id_and_by_file(shell):
    layer = _result("field=a:string", [])
    area = shown_layer(QgsProject.instance(), "area")
    assert loaded_layer(layer.id()) is layer
    assert loaded_layer(area.source()) is area
    assert loaded_layer("") is None
    assert loaded_layer("/no/such.gpkg") is None


@pytest.mark.proof
def test_the_heat_map_is_switched_on_and_off(shell):
    layer = shown_layer(QgsProject.instance(), "cases")
    clusters = QgsProject.instance().layerTreeRoot().findLayer(cluster_layer(QgsProject.instance()))
    action = shell.action("heat_map")
    assert not action.isChecked()
    action.trigger()
    assert layer.renderer().type() == "heatmapRenderer"
    assert action.isChecked()
    assert not clusters.isVisible()
    action.trigger()
    assert layer.renderer().type() == "singleSymbol"
    assert not action.isChecked()
    assert clusters.isVisible()


@pytest.mark.proof
def test_the_mark_of_the_heat_map_follows_the_layer_tree(shell):
    node = QgsProject.instance().layerTreeRoot().findLayer(shown_layer(QgsProject.instance(), "cases"))
    shell.action("heat_map").trigger()
    assert shell.action("heat_map").isChecked()
    node.setItemVisibilityChecked(False)
    assert not shell.action("heat_map").isChecked()
    shell.action("heat_map").trigger()
    assert node.isVisible()
