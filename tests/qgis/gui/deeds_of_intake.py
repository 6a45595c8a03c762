"""What a planner has written about components, ledgers and cases through the window, as :mod:`.deeds` does it."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from osgeo import ogr
from qgis.core import QgsPointXY
from qgis.PyQt.QtWidgets import QPushButton

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.intake.arrivals_field import ARRIVALS
from gridmgmt_plugin.jobs.inventory.change_components import Meant
from gridmgmt_plugin.jobs.inventory.survey_out import export_survey
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.settings import remember
from tests.qgis.gui.deeds import PART, Deed, Stage, ended, job, shown
from tests.qgis.gui.jobs.job_window import open_job
from tests.qgis.workspace_window import tasks_done, wait_for, when_shown


def change_components(stage: Stage) -> None:
    """Set the component that is selected on the map to abandoned, through the inventory."""

    def agree(dialog: Any) -> None:
        dialog.state.setCurrentIndex(dialog.state.findData("废弃"))
        dialog.reason.setText("北里拆迁")
        _agree_if_possible(
            stage, dialog, dialog.preview, "gridmgmt_change_accept", tr("Working out what will happen…")
        )

    dock = shown(stage, "component_inventory")
    layer = stage.layer("component")
    stage.shell.iface.mapCanvas().setLayers([layer])  # which QGIS itself does as layers come into its tree
    layer.selectByExpression(f"\"code\" = '{PART}'")
    wait_for(lambda: tasks_done() and dock.changer.isEnabled())
    when_shown("gridmgmt_change_dialog", agree)
    dock.changer.click()
    ended()


def take_in_survey(stage: Stage) -> None:
    """Take in a survey that found a component broken, through the inventory."""

    def agree(dialog: Any) -> None:
        _agree_if_possible(stage, dialog, dialog.told, "gridmgmt_survey_accept", tr("Comparing the survey…"))

    path = stage.folder / "普查.gpkg"
    if not path.exists():
        export_survey(stage.workspace, Meant(), path)
        survey = ogr.Open(str(path), 1)
        survey.ExecuteSQL(f"UPDATE component SET state = '破损' WHERE code = '{PART}'")
    dock = shown(stage, "component_inventory")
    wait_for(tasks_done)
    when_shown("gridmgmt_survey_dialog", agree)
    chosen = "gridmgmt_plugin.gui.inventory.survey_desk.QFileDialog.getOpenFileName"
    with patch(chosen, return_value=(str(path), "")):
        dock.intake_wanted.emit()
    ended()


def _agree_if_possible(stage: Stage, dialog: Any, told: Any, name: str, waiting: str) -> None:
    """Agree once the dialog says what will happen; where that is nothing, leave it: what it says counts as said."""
    accept = dialog.findChild(QPushButton, name)
    wait_for(lambda: tasks_done() and told.text() != waiting)
    if accept.isEnabled():
        accept.click()
    else:
        stage.said.append(Message("problem", {"text": told.text()}))
        dialog.reject()


def place_case(stage: Stage) -> None:
    """Put the case that waits onto the first unit grid."""
    shown(stage, "waiting_cases")
    desk = stage.shell.controller("waiting_cases")
    stage.shell.attempt(lambda: desk._picked(QgsPointXY(50.0, 50.0)))
    ended()


def import_ledger(stage: Stage) -> None:
    """Import a ledger by a key that is typed, once the columns of the file are known."""

    def give(dialog: Any) -> None:
        dialog.fields["INPUT"].show_value(str(path))
        dialog.fields["LEDGER"].widget.setEditText("tt")
        wait_for(lambda: tasks_done() and dialog.columns.proposal is not None)

    path = stage.folder / "台账.csv"
    path.write_text("编号,名称,状态,X,Y\n1,一号院,待腾退,50,50\n2,二号院,已腾退,150,50\n", encoding="utf-8")
    job("import_ledger", given=give)(stage)


def look_for_arrivals(stage: Stage) -> None:
    """Look for new files of cases in the folder in which they arrive; what is offered counts as said."""
    folder = stage.folder / "案件来了"
    folder.mkdir(exist_ok=True)
    (folder / "三月.csv").write_text("案件编号,类别,上报时间\nM1,0101,2026-03-01 08:00\n", encoding="utf-8")
    remember(ARRIVALS, str(folder))
    dialog = open_job(stage.shell, "import_cases")
    field = dialog.fields["INPUT"]
    wait_for(lambda: tasks_done() and any(action.text() == "三月.csv" for action in field.menu.actions()))
    stage.said.append(Message("outcome_done", {"title": field.found.text()}))
    dialog.reject()
    remember(ARRIVALS, "")
    wait_for(tasks_done)


_PLACE_OF_PART = ("component", "code", PART, "location", "南门口")
DEEDS_OF_INTAKE = (
    Deed("change_components", change_components, "component", _PLACE_OF_PART, "components_changed"),
    Deed("take_in_survey", take_in_survey, "component", _PLACE_OF_PART, "survey_taken_over", daily=False),
    Deed("place_case", place_case, "cases", ("cases", "id", "0", "address", "南门口"), "no_case_waits"),
    Deed(
        "import_ledger",
        import_ledger,
        "ledger_item",
        ("cases", "id", "0", "address", "南门口"),
        "ledger_since",
        daily=False,
    ),
)

READINGS_OF_INTAKE = (
    Deed("look_for_arrivals", look_for_arrivals, "cases", _PLACE_OF_PART, backs=False, rows=False, daily=False),
)
