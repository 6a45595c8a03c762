"""The list of releases by mouse: how each stands, what can be done now, acts, receipt and comparison."""

from __future__ import annotations

from dataclasses import replace

import pytest
from qgis.PyQt.QtCore import QDate, Qt

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.value_lists import value_list
from gridmgmt_plugin.gui.frame.outcome import Outcome
from gridmgmt_plugin.gui.handover.act_dialog import ReleaseActDialog
from gridmgmt_plugin.gui.jobs.forecast import trial_html
from gridmgmt_plugin.jobs.handover import deliver_http, deliver_postgis, export_package, import_receipt
from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.fake_window import settle
from tests.qgis.gui.jobs.job_window import press
from tests.qgis.workspace_window import build_workspace, tasks_done, wait_for

UNIT = "990101001001001"
WHEN = "2026-03-02T09:00:00"


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """Return a district with releases for two receivers."""
    path = build_workspace(tmp_path_factory.mktemp("原件") / "示例.gpkg")
    told = {
        "number": ["r0001", "r0002", "r0003"],
        "scheme": ["cg"] * 3,
        "receiver": ["甲平台", "甲平台", "乙平台"],
        "state": ["in_force", "handed_over", "rejected"],
        "base_number": [None, "r0001", None],
        "delivered_at": [WHEN] * 3,
        "receipt_note": [None, None, "面积不符"],
    }
    logged = {
        "release_number": "r0002",
        "handed_at": WHEN,
        "act": "hand_over",
        "handed_by": "张三",
        "means": "package",
    }
    with Workspace.open(path).transaction("", "test") as transaction:
        transaction.insert("release", Rows({name: as_column(values) for name, values in told.items()}))
        transaction.insert("handover_log", Rows.from_records([logged]))
        frozen = {"release_number": "r0002", "layer": "unit_grid", "row_key": UNIT, "content": "{}"}
        transaction.insert("release_item", Rows.from_records([frozen]))
    return path


@pytest.mark.parametrize("job", [deliver_http, deliver_postgis, export_package, import_receipt])
def test_the_way_that_a_job_notes_has_a_word(job):
    assert job.MEANS in dict(value_list("handover_means"))


@pytest.fixture
def algorithms():
    return ("importreceipt", "comparestates")


@pytest.fixture
def dock(shell):
    remember("author", "张三")
    shell.action("releases").trigger()
    dock = shell.controller("releases").dock
    wait_for(lambda: tasks_done() and dock.current() is not None)
    return dock


def cells(view):
    model = view.model()
    return [[model.index(row, at).data() for at in range(model.columnCount())] for row in range(model.rowCount())]


def choose(dock, number):
    row = [line[0] for line in cells(dock.releases)].index(number)
    dock.releases.clicked.emit(dock.releases.model().index(row, 0))
    dock.releases.setCurrentIndex(dock.releases.model().index(row, 0))
    dock.releases.clicked.emit(dock.releases.model().index(row, 0))
    settle()


def possible(dock):
    return {act for act, button in dock.acts.items() if button.isEnabled()}


def test_each_release_shows_how_it_stands_and_only_what_can_be_done_now(dock):
    assert [line[:5] for line in cells(dock.releases)] == [
        ["r0003", "乙平台", "城管巡查", "Rejected", ""],
        ["r0002", "甲平台", "城管巡查", "Handed over", "r0001"],
        ["r0001", "甲平台", "城管巡查", "In force", ""],
    ]
    assert (possible(dock), dock.receipt.isEnabled()) == ({"reopen"}, True)
    choose(dock, "r0002")
    assert (possible(dock), dock.receipt.isEnabled()) == ({"accept", "reject"}, True)
    assert cells(dock.history) == [["2026-03-02", "Hand-over", "张三", "package", "", "", ""]]
    choose(dock, "r0001")
    assert (possible(dock), dock.receipt.isEnabled()) == (set(), False)
    dock.receiver.setCurrentIndex(dock.receiver.findData("乙平台"))
    assert [line[0] for line in cells(dock.releases)] == ["r0003"]
    assert dock.current().number == "r0003"
    assert "面积不符" in dock.told.text()


@pytest.mark.parametrize("width", [1300, 1000, 620])
def test_columns_give_way_before_a_list_scrolls_sideways_and_the_tip_tells_all(dock, width):
    dock.setFloating(True)
    dock.resize(width, 290)
    settle()
    shown = {}
    for view in (dock.releases, dock.history):
        header = view.horizontalHeader()
        assert header.length() <= view.viewport().width()
        shown[view] = {at for at in range(header.count()) if not header.isSectionHidden(at)}
    assert {0, 1, 3} <= shown[dock.releases], "release, receiver and state are always there"
    assert 5 not in shown[dock.releases], "nothing was corrected, and the column says nothing"
    assert (2 in shown[dock.releases]) >= (9 in shown[dock.releases])
    tip = dock.releases.model().index(1, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "Base: r0001" in tip
    assert "Handed over: 2026-03-02" in tip
    dock.setFloating(False)


def test_a_trial_of_a_receipt_tells_refused_rows_as_answers_and_not_as_left_out():
    report = {"job": "importreceipt", "accepted": 952, "figures": {"accepted": 949, "rejected": 3, "open": 0}}
    report["figures"]["state"] = "rejected"
    report["notes"] = [{"code": "receipt_entered", "text": "The receipt was entered."}]
    text = trial_html(Outcome("", {"ACCEPTED": 949, "REJECTED": 3}, report))
    assert "was entered" not in text, "nothing is written by a trial"
    assert "“Rejected”" in text
    assert "949 accepted rows and 3 refused rows" in text


def test_an_acceptance_is_entered_and_taken_back_and_the_list_follows(dock, shell, monkeypatch):
    def answer(dialog):
        dialog.day.setDate(QDate(2026, 3, 5))
        dialog.document_no.setText("示城管〔2026〕3号")
        return True

    monkeypatch.setattr("gridmgmt_plugin.gui.handover.desk.ReleaseActDialog.agreed", answer)
    choose(dock, "r0002")
    dock.acts["accept"].click()
    wait_for(lambda: tasks_done() and dock.current().state == "accepted")
    assert possible(dock) == {"put_in_force", "reopen"}
    assert cells(dock.history)[1][:5] == ["2026-03-05", "Acceptance", "张三", "", "示城管〔2026〕3号"]
    dock.acts["put_in_force"].click()
    wait_for(lambda: tasks_done() and dock.current().state == "in_force")
    assert cells(dock.releases)[2][3] == "Superseded"
    take_back_last(Workspace.open(shell.session.location), "张三")
    shell.session.reload()
    wait_for(lambda: tasks_done() and dock.current().state == "accepted")


def test_the_question_before_a_release_is_restored_says_what_comes_of_it(dock, shell, monkeypatch):
    asked = []
    monkeypatch.setattr("gridmgmt_plugin.gui.handover.desk.is_wanted", lambda _, text, *__: asked.append(text))
    choose(dock, "r0002")
    dock.restorer.click()
    assert "“城管巡查”" in asked[0]
    assert "what is in force stays" in asked[0]


def test_a_rejection_needs_its_reason(dock, shell):
    choose(dock, "r0002")
    dialog = ReleaseActDialog("reject", dock.current(), shell.iface.mainWindow())
    accept = next(button for button in dialog.findChildren(type(dock.comparer)) if "accept" in button.objectName())
    assert not accept.isEnabled()
    dialog.note.setText("缺街巷")
    assert accept.isEnabled()
    assert dialog.said().note == "缺街巷"
    dialog.deleteLater()


@pytest.mark.proof
def test_what_a_receipt_refuses_stands_in_the_list_of_issues_at_once(dock, shell, tmp_path):
    choose(dock, "r0002")
    dock.receipt.click()
    settle()
    wait_for(tasks_done)
    dialog = shell.controller("import_receipt")._open["import_receipt"].dialog
    answer = tmp_path / "回执.csv"
    answer.write_text(f"layer,code,result,reason\nunit_grid,{UNIT},rejected,面积不符\n", encoding="utf-8")
    dialog.show_values({"INPUT": str(answer)})
    wait_for(tasks_done)
    press(dialog, "run")
    issues = shell.controller("issues").dock
    wait_for(lambda: tasks_done() and "receipt_refused" in set(issues.model.table.text("rule")))
    dialog.close()


@pytest.mark.proof
def test_a_correction_without_a_base_is_compared_with_what_it_corrects(dock, shell):
    choose(dock, "r0002")
    dock.comparison_wanted.emit(replace(dock.current(), base_number="", replaces="r0003"))
    wait_for(tasks_done)
    compared = shell.controller("compare_states")._open["compare_states"].dialog
    assert [compared.fields[name].value() for name in ("BASE", "OTHER")] == ["r0003", "r0002"]
    compared.close()


def test_receipt_and_comparison_open_with_the_release(dock, shell):
    choose(dock, "r0002")
    dock.receipt.click()
    dock.comparer.click()
    settle()
    wait_for(tasks_done)
    receipt = shell.controller("import_receipt")._open["import_receipt"].dialog
    compared = shell.controller("compare_states")._open["compare_states"].dialog
    assert receipt.fields["RELEASE"].value() == "r0002"
    assert [compared.fields[name].value() for name in ("BASE", "OTHER")] == ["r0001", "r0002"]
    receipt.close()
    compared.close()


def test_what_cannot_be_restored_is_told_after_the_question_and_nothing_happens_without_a_yes(
    dock, shell, monkeypatch
):
    answers, told = iter([False, True]), []
    monkeypatch.setattr("gridmgmt_plugin.gui.handover.desk.is_wanted", lambda *_: next(answers))
    monkeypatch.setattr(shell, "tell", lambda message, *_, **__: told.append(message.code))
    dock.restorer.click()
    settle()
    assert told == []
    dock.restorer.click()
    wait_for(lambda: tasks_done() and told)
    assert told == ["release_without_content"]


def test_what_could_not_be_read_is_there_once_the_planner_has_it_read_again(dock, shell):
    dock.show_releases([], "The workspace is being written by another program.")
    assert not cells(dock.releases)
    shell.controller("tree").dock.refresh_wanted.emit()
    wait_for(lambda: tasks_done() and len(cells(dock.releases)) == 3)
