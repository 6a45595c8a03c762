"""The templates of papers as a planner restyles them: opened in the designer, kept, given up again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from qgis.core import QgsLayoutItemLabel, QgsProject
from qgis.PyQt.QtWidgets import QFileDialog, QPushButton

from gridmgmt_plugin.core.papers.kinds import BRIEFING, KINDS
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.papers.lane_papers import lane_papers
from gridmgmt_plugin.project.shown_workspace import shown_layers
from gridmgmt_plugin.workspace.paper_templates import own_template
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.project.papers.paper_town import texts_of
from tests.qgis.workspace_window import tasks_done, wait_for, when_shown


@pytest.fixture
def templates(shell, author):
    controller = shell.controller("paper_templates")
    controller.trigger("paper_templates", False)
    wait_for(tasks_done)
    return controller


def _workspace(shell) -> Workspace:
    return Workspace.open(shell.session.location)


def _choose(templates, row: int) -> None:
    templates.window.list.setCurrentRow(row)


def _open_designer(templates, shell):
    templates.window.buttons["edit"].click()
    wait_for(lambda: bool(shell.iface.designers))
    return shell.iface.designers[-1].layout()


def _close_designer(shell, answer: str | None) -> None:
    if answer is None:
        shell.iface.close_designer()
    else:
        when_shown("gridmgmt_keep_template", lambda box: box.findChild(type(box.buttons()[0]), answer).click())
        shell.iface.close_designer()
    wait_for(tasks_done)


def test_a_template_is_restyled_in_the_designer_and_kept(templates, shell, tmp_path: Path) -> None:
    _choose(templates, 1)
    layout = _open_designer(templates, shell)
    assert shell.iface.designers[-1].shows_pages
    assert layout.atlas().coverageLayer().featureCount() > 0
    title = next(
        item for item in layout.items() if isinstance(item, QgsLayoutItemLabel) and item.id() == "sign_title"
    )
    title.setText("小巷公约")
    _close_designer(shell, "gridmgmt_keep_template_yes")
    wait_for(lambda: own_template(_workspace(shell).info, "sign") is not None)
    wait_for(templates.window.buttons["restore"].isEnabled)
    kept = own_template(_workspace(shell).info, "sign")
    assert "memory?" not in kept
    lane_papers(_workspace(shell), tmp_path, kind="sign")
    (made,) = tmp_path.glob("*.pdf")
    assert "小巷公约" in texts_of(made)[0]
    templates.window.buttons["restore"].click()
    wait_for(lambda: own_template(_workspace(shell).info, "sign") is None)


def _restyle(layout) -> None:
    next(item for item in layout.items() if item.id() == "sign_title").setText("小巷公约")


@pytest.mark.proof
def test_the_template_of_the_briefing_is_shown_with_the_figures_and_kept_without_them(templates, shell) -> None:
    case = Rows({"id": as_column(["C"]), "reported_at": as_column(["2026-03-02T08:00:00"])}, as_column([None]))
    with _workspace(shell).transaction("示例员", "a case with a day") as transaction:
        transaction.insert("cases", case)
    _choose(templates, KINDS.index(BRIEFING))
    assert "Briefing" in templates.window.list.currentItem().text()
    layout = _open_designer(templates, shell)
    figures = next(item for item in layout.items() if item.id() == "table_figures").multiFrame()
    assert figures.tableContents()[1][0].content() == "Reported"
    next(item for item in layout.items() if item.id() == "mark").setText("我市")
    _close_designer(shell, "gridmgmt_keep_template_yes")
    wait_for(lambda: own_template(_workspace(shell).info, BRIEFING) is not None)
    kept = own_template(_workspace(shell).info, BRIEFING)
    assert "我市" in kept
    assert ">Reported<" not in kept


@pytest.mark.proof
def test_a_template_is_not_kept_by_a_workspace_that_was_opened_meanwhile(
    templates, shell, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr("gridmgmt_plugin.gui.papers.controller.is_wanted", lambda *_: True)
    first = shell.session.location
    _choose(templates, 1)
    _restyle(_open_designer(templates, shell))
    shell.session.open(shutil.copyfile(first.path, tmp_path / "邻区.gpkg"))
    wait_for(tasks_done)
    assert shell.session.location != first
    _close_designer(shell, None)
    wait_for(lambda: any(first.label in said for said in shell.iface.messages()))
    for location in (first, shell.session.location):
        assert own_template(Workspace.open(location).info, "sign") is None


@pytest.mark.proof
def test_a_template_is_kept_when_the_edits_that_wait_are_settled(templates, shell) -> None:
    _choose(templates, 1)
    _restyle(_open_designer(templates, shell))
    layer = shown_layers(QgsProject.instance())["area"]
    layer.startEditing()
    layer.changeAttributeValue(next(layer.getFeatures()).id(), layer.fields().indexFromName("name"), "新名")
    when_shown("gridmgmt_pending_edits", lambda box: box.findChild(QPushButton, "gridmgmt_pending_discard").click())
    _close_designer(shell, "gridmgmt_keep_template_yes")
    wait_for(lambda: own_template(_workspace(shell).info, "sign") is not None)
    assert not layer.isModified()


def test_nothing_stays_in_the_project_and_nothing_is_asked_when_nothing_changed(templates, shell) -> None:
    layers, layouts = set(QgsProject.instance().mapLayers()), QgsProject.instance().layoutManager()
    _open_designer(templates, shell)
    assert len(layouts.layouts()) == 1
    _close_designer(shell, None)
    wait_for(lambda: not layouts.layouts())
    assert set(QgsProject.instance().mapLayers()) == layers


def test_a_template_goes_out_as_a_file_and_comes_in_again(templates, shell, tmp_path: Path, monkeypatch) -> None:
    file = tmp_path / "公示牌.qpt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    _choose(templates, 1)
    templates.window.buttons["save"].click()
    wait_for(file.is_file)
    file.write_text(file.read_text(encoding="utf-8").replace("sign_title", "own_title"), encoding="utf-8")
    wait_for(tasks_done)
    templates.window.buttons["load"].click()
    wait_for(lambda: "own_title" in (own_template(_workspace(shell).info, "sign") or ""))


def test_a_file_that_is_no_template_is_refused_with_its_name(templates, shell, tmp_path: Path, monkeypatch) -> None:
    file = tmp_path / "其他.qpt"
    file.write_text("<qgis/>", encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    templates.window.buttons["load"].click()
    wait_for(lambda: any("其他.qpt" in said for said in shell.iface.messages()))
    assert own_template(_workspace(shell).info, "task_letter") is None
