"""Surveys of components in the window: out as a file, and back with a look at what was found before it is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.PyQt.QtWidgets import QFileDialog

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.inventory.survey_dialog import SurveyDialog
from gridmgmt_plugin.gui.opening.recent import working_folder
from gridmgmt_plugin.gui.people.desk import Question
from gridmgmt_plugin.jobs.inventory.change_components import Meant
from gridmgmt_plugin.jobs.inventory.survey_in import SurveyIntake, import_survey
from gridmgmt_plugin.jobs.inventory.survey_out import export_survey
from gridmgmt_plugin.project.forms.component_survey import dress_component_survey
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.workspace.location import Location
from gridmgmt_plugin.workspace.rehearsal import rehearsed
from gridmgmt_plugin.workspace.workspace import Workspace

if TYPE_CHECKING:
    from gridmgmt_plugin.gui.frame.shell import Shell
    from gridmgmt_plugin.gui.people.desk import Errands

_NAME, _FILES = "survey.gpkg", "GeoPackage (*.gpkg)"


class SurveyDesk:
    """Sends components out and takes them in again."""

    def __init__(self, shell: Shell, errands: Errands) -> None:
        self._shell, self._errands, self._trial = shell, errands, Question()

    def close(self) -> None:
        """Forget what is being compared."""
        self._trial.forget()

    def send_out(self, meant: Meant) -> None:
        """Ask where the survey layer goes, and write it in the background."""
        given, _ = QFileDialog.getSaveFileName(
            self._shell.iface.mainWindow(), tr("Survey layer"), str(working_folder() / _NAME), _FILES
        )
        if not given:
            return
        path = Path(given).with_suffix(".gpkg")

        def write(workspace: Workspace, progress: Progress) -> None:
            export_survey(workspace, meant, path, progress=progress)
            dress_component_survey(str(path), workspace, language())

        said = Message("survey_written", {"count": len(meant.numbers), "name": path.name})
        self._errands.read_out(tr("Writing the survey layer"), write, said)

    def take_in(self) -> None:
        """Ask which file came back, show what it says otherwise, and take it over."""
        window = self._shell.iface.mainWindow()
        author = self._errands.prepare(window)
        given, _ = QFileDialog.getOpenFileName(window, tr("Survey layer"), str(working_folder()), _FILES)
        if not given:
            return
        dialog = SurveyDialog(Path(given).name, window)
        try:
            dialog.asked.connect(lambda: self._try_out(dialog, given))
            self._try_out(dialog, given)
            if not dialog.agreed():
                return
            chosen = dialog.chosen()
        finally:
            self._trial.forget()
            dialog.deleteLater()
        self._errands.act(
            tr("Taking in the survey"),
            lambda workspace, progress: (
                import_survey(
                    workspace, given, **chosen, language=language(), author=author, progress=progress
                ).report
            ),
            lambda report: report.notes,
        )

    def _try_out(self, dialog: SurveyDialog, path: str) -> None:
        """Have told in the dialog what would be taken over; nothing is written."""
        location = self._shell.session.location
        if location is None:
            return
        chosen = dialog.chosen()

        def trial(at: Location) -> SurveyIntake:
            return import_survey(rehearsed(Workspace.open(at)), path, **chosen, language=language())

        def told(found: SurveyIntake | None, error: GridError | None) -> None:
            if not is_alive(dialog):
                return
            if error is not None:
                dialog.tell(error.text(language()), None, is_possible=False)
            elif found is not None:
                said = [note.text(language()) for note in found.report.notes]
                text = " ".join([*said, *left_out(found.report)])
                dialog.tell(text, found.rows, is_possible=found.report.accepted > 0)

        self._trial.ask(tr("Comparing the survey…"), location, trial, told)


def left_out(report: Report) -> list[str]:
    """Return why some components would be left as they are, each reason by its first."""
    first = {row.reason: row for row in reversed(report.rejected_rows)}
    return [f"{report.reasons[reason]} × {row.text(language())}" for reason, row in first.items()]
