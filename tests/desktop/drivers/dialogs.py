"""Every dialog that is no job, opened over the sample in a real window: for the pictures of the manual.

The plugin's modules are imported only when the plugin has loaded its libraries, as it does with the sample.
"""

from __future__ import annotations

import os
from pathlib import Path

import inside
from inside import Moment, drive, note, picture, spoken, wait_until, when_shown
from qgis.core import QgsProject, QgsSettings
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QApplication, QDialog, QPlainTextEdit, QPushButton, QWidget, QWizard


def steps(iface, arguments):
    window, name = iface.mainWindow(), arguments["name"]
    window.setGeometry(0, 0, 1366, 768)
    yield
    _take_when_shown("sample", name, "gridmgmt_sample_dialog", "gridmgmt_sample_accept")
    window.findChild(QAction, "gridmgmt_open_sample").trigger()
    yield from wait_until(lambda: _summary(window) is not None)
    yield
    yield from _details(iface, name)
    _ask_author(window, name)
    QgsSettings().setValue("gridmgmt/author", spoken("示例员", "Sample"))
    for title, dialog in _dialogs(window, _summary(window)):
        yield from _take(title, dialog, name)
    yield from _about(window, name)
    yield from _receiver_profiles(window, name)
    yield from _handover_guide(window, name)
    _unsaved_edits(window, name)
    yield from _options(iface, window, name)
    yield from _report(iface, window, name)


def _summary(window):
    dock = window.findChild(QWidget, "gridmgmt_dock")
    return None if dock is None else dock.model.summary


def _take(title, dialog, name):
    dialog.show()
    yield
    picture(dialog, f"window-{title}-{name}")
    dialog.close()
    dialog.deleteLater()
    yield Moment(0.05)


def _ask_author(window, name):
    from gridmgmt_plugin.gui.frame.author import ask_author

    _take_when_shown("author", name, "gridmgmt_author_dialog")
    ask_author(window)


def _take_when_shown(title, name, shown, button=""):
    """Take a dialog that blocks as soon as it is there, then press a button of it, or leave it."""

    def take(dialog):
        picture(dialog, f"window-{title}-{name}")
        if button:
            inside.click(dialog.findChild(QPushButton, button))
        else:
            dialog.reject()

    when_shown(shown, take)


def _rows(table):
    layers = QgsProject.instance().mapLayers().values()
    layer = next(layer for layer in layers if layer.customProperty("gridmgmt/table") == table)
    return layer, list(layer.getFeatures())


def _pairs(table, code, count):
    """Return code and name of some rows of a table."""
    return [(str(row[code]), str(row["name"])) for row in _rows(table)[1][:count]]


def _dialogs(window, summary):
    """Return titles and dialogs, filled with what the sample has."""
    from gridmgmt_plugin.core.messages import Message
    from gridmgmt_plugin.core.responsibility.scheme_rules import SchemeRules
    from gridmgmt_plugin.editing.saving.reports import HomelessGrid, Target
    from gridmgmt_plugin.gui.editing.rehoming_dialog import RehomingDialog
    from gridmgmt_plugin.gui.issues.dialogs import CellLine, ExemptDialog, FixDialog
    from gridmgmt_plugin.gui.jobs.balance import ask_to_stop
    from gridmgmt_plugin.gui.jobs.picked_fields import PickDialog
    from gridmgmt_plugin.gui.lanes.walk_dialog import WalkDialog
    from gridmgmt_plugin.gui.opening.server_wait import _WaitDialog
    from gridmgmt_plugin.gui.people.assign_dialog import AssignDialog
    from gridmgmt_plugin.gui.people.end_dialog import EndDialog, named_post
    from gridmgmt_plugin.gui.people.ownership_dialogs import CaseDialog, RulingDialog
    from gridmgmt_plugin.gui.schemes.questions import DeleteQuestion, SchemeQuestion

    someone, somewhere = spoken(("示例甲", "示例胡同"), ("Sample Jia", "Sample Hutong"))
    key, title = summary.schemes[0]
    grids, lanes = _pairs("responsibility_grid", "code", 40), _pairs("lane", "code", 9)
    persons, departments = _pairs("person", "id", 40), _pairs("department", "code", 12)
    (grid, called), (person, _) = grids[0], persons[0]
    others = tuple(Target(code, name, 180.0 - 60.0 * at) for at, (code, name) in enumerate(grids[1:3]))
    component = f"{spoken('上水井盖', 'Water cover')} {_rows('component')[1][0]['code']}"
    fine = ExemptDialog(window, 3, spoken("单元网格之间有空隙", "Gap between unit grids"))
    fine.findChild(QPlainTextEdit, "gridmgmt_exempt_reason").setPlainText(
        spoken("现场核实，按批复保留", "Seen on the ground, stays by decision")
    )
    cells = [CellLine(f"{grid[:12]}{at:03d}", 2.5 + at, 0.4 * at) for at in range(1, 5)]
    yield "exempt", fine
    yield "fix", FixDialog(window, 2, [Message("fix_save_first", {})], cells)
    new, rules = spoken(("新建网格类别", f"{title}的要求"), ("New scheme", f"Rules of {title}"))
    yield "scheme-new", SchemeQuestion(new, "", SchemeRules(), window, taken=[key], asks_base=True)
    yield "scheme-rules", SchemeQuestion(rules, title, SchemeRules(), window, asks_name=False)
    yield "scheme-delete", DeleteQuestion(title, len(grids), 5, window)
    yield "pick", PickDialog(spoken("责任网格", "Responsibility grids"), dict(grids), [grids[1][0]], window)
    yield "assign", AssignDialog(called, "responsibility_grid", persons, person, window)
    yield (
        "end",
        EndDialog([named_post(someone, "lane_chief", somewhere)] * 3, "2026-03-02", "lane_officers", window),
    )
    yield "walk", WalkDialog(lanes, "2026-03-02", persons, window)
    yield "case", CaseDialog(component, departments, departments[0][1], departments[0][0], window)
    yield "ruling", RulingDialog(component, departments, window)
    yield "rehoming", RehomingDialog([HomelessGrid(key, grid, called, 4, 1, others)], window)
    yield from _of_the_docks(window, title, departments)
    yield "server-wait", _WaitDialog(window)
    yield "stop", ask_to_stop(lambda: None, lambda: None, window)


def _of_the_docks(window, scheme_title, departments):
    """Return titles and dialogs that the docks of components, ledgers and releases open, filled in."""
    from gridmgmt_plugin.core.ledgers.ledger import Ledger
    from gridmgmt_plugin.core.release.life import PUT_IN_FORCE, REJECT
    from gridmgmt_plugin.core.rows import Rows
    from gridmgmt_plugin.gui.handover.act_dialog import ReleaseActDialog
    from gridmgmt_plugin.gui.inventory.change_dialog import ChangeDialog
    from gridmgmt_plugin.gui.inventory.survey_dialog import SurveyDialog
    from gridmgmt_plugin.gui.ledgers.change_dialog import ChangeLedgerDialog
    from gridmgmt_plugin.jobs.handover.release_desk import ListedRelease

    change = ChangeDialog(312, departments, window)
    change.department.setCurrentIndex(1)
    change.reason.setText(spoken("机构改革，职责划转", "Reform of the departments"))
    yield "component-change", change
    codes = [str(row["code"]) for row in _rows("component")[1][:2]]
    changed, gone = spoken(("改动", "没有带回"), ("Changed", "Did not come back"))
    state, good, broken = spoken(("状态", "完好", "破损"), ("State", "Intact", "Damaged"))
    differences = [
        {"difference_name": changed, "code": codes[0], "column_name": state, "before": good, "after": broken},
        {"difference_name": gone, "code": codes[1]},
    ]
    names = ("difference_name", "code", "old_code", "column_name", "before", "after")
    survey = SurveyDialog(spoken("部件普查 2026-03.gpkg", "Components 2026-03.gpkg"), window)
    rows = Rows.from_records([{**dict.fromkeys(names), **row} for row in differences])
    survey.tell(spoken("普查与网格库有 2 处不同。", "The survey differs in 2 places."), rows, is_possible=True)
    yield "component-survey", survey
    toilets, states = spoken(("公厕", ("正常", "待整改")), ("Public toilets", ("in order", "to be mended")))
    yield "ledger-change", ChangeLedgerDialog(Ledger("wc", toilets, states, states[:1], colour="#1d4ed8"), window)
    receiver = spoken("市平台（示例）", "City platform (sample)")
    texts = ("handed_over", "r0001", "", "", "", "", "2026-03-02T09:00:00", "", "")
    release = ListedRelease("r0002", "cg", receiver, *texts, scheme_title, (), ())
    yield "release-reject", ReleaseActDialog(REJECT, release, window)
    yield "release-force", ReleaseActDialog(PUT_IN_FORCE, release, window)


def _about(window, name):
    window.findChild(QAction, "gridmgmt_about").trigger()
    yield
    dialog = window.findChild(QDialog, "gridmgmt_about_dialog")
    picture(dialog, f"window-about-{name}")
    dialog.close()


def _receiver_profiles(window, name):
    """Begin a copy of a profile that comes along, so that its fields can be written in."""
    window.findChild(QAction, "gridmgmt_receiver_profiles").trigger()
    dialog = window.findChild(QDialog, "gridmgmt_receiver_profiles")
    yield from wait_until(lambda: dialog.isVisible() and dialog.list.count())
    dialog.list.setCurrentRow(dialog.list.count() - 1)
    dialog.layer.setCurrentIndex(dialog.layer.findData("unit_grid"))
    inside.click(dialog.findChild(QPushButton, "gridmgmt_receiver_profiles_copy"))
    yield
    picture(dialog, f"window-receivers-{name}")
    dialog.close()


def _handover_guide(window, name):
    """Go from the check to what would change, with the keyboard where it serves."""
    window.findChild(QAction, "gridmgmt_handover_guide").trigger()
    guide = window.findChild(QWizard, "gridmgmt_handover_guide")
    yield from wait_until(lambda: guide.isVisible() and bool(guide.target.parameters().get("SCHEME")))
    QTest.keyClick(guide.button(QWizard.WizardButton.NextButton), Qt.Key.Key_Space)
    folder = Path(os.environ["HOME"]) / spoken("成果包", "Packages")
    folder.mkdir()
    guide.target.show_values({"FOLDER": str(folder)})
    yield from wait_until(guide.target.isComplete)
    yield
    picture(guide, f"window-guide-{name}")
    note("guide_fits", [guide.frameGeometry().width() <= 1366, guide.frameGeometry().height() <= 768])
    QTest.keyClick(guide.button(QWizard.WizardButton.NextButton), Qt.Key.Key_Space)
    yield from wait_until(lambda: not guide.is_running and bool(guide.changes.result.toPlainText()))
    picture(guide, f"window-guide-changes-{name}")
    guide.close()


def _unsaved_edits(window, name):
    from gridmgmt_plugin.gui.frame.pending_edits import settle_edits

    layer, rows = _rows("area")
    layer.startEditing()
    layer.changeAttributeValue(rows[0].id(), layer.fields().indexFromName("name"), spoken("新名", "New name"))
    _take_when_shown("pending", name, "gridmgmt_pending_edits")
    settle_edits(window)
    layer.rollBack()


def _options(iface, window, name):
    def take():
        pages = (
            page for top in QApplication.topLevelWidgets() for page in top.findChildren(QWidget, "gridmgmt_options")
        )
        page = next((page for page in pages if page.isVisible()), None)
        if page is None:
            QTimer.singleShot(200, take)
            return
        picture(page.window(), f"window-options-{name}")
        page.window().reject()

    QTimer.singleShot(1000, take)
    iface.showOptionsDialog(window, "gridmgmt_options")  # returns when the dialog is closed
    yield


def _report(iface, window, name):
    """Check everything, and look at the report behind the message."""
    window.findChild(QAction, "gridmgmt_validate").trigger()
    yield from wait_until(lambda: _top("gridmgmt_job_validate"))
    dialog = _top("gridmgmt_job_validate")
    yield
    inside.click(dialog.findChild(QPushButton, "gridmgmt_job_run"))
    yield from wait_until(lambda: iface.messageBar().findChild(QPushButton, "gridmgmt_message_button"))
    yield
    inside.click(iface.messageBar().findChild(QPushButton, "gridmgmt_message_button"))
    yield
    report = _top("gridmgmt_report_dialog")
    picture(report, f"window-report-{name}")
    report.close()


def _details(iface, name):
    """Look at the whole of what was said when the sample was opened; the bar has room for its beginning."""
    inside.click(iface.messageBar().currentItem().findChild(QWidget, "gridmgmt_message_details"))
    yield
    dialog = _top("gridmgmt_message_dialog")
    picture(dialog, f"window-details-{name}")
    dialog.close()


def _top(name):
    shown = [w for w in QApplication.topLevelWidgets() if w.objectName() == name and w.isVisible()]
    return shown[0] if shown else None


drive(steps)
