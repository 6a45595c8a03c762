"""One dialog at work: what it offers, the trial, the run, and what follows in the window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import Qgis, QgsProcessingOutputLayerDefinition, QgsProcessingUtils, QgsProject
from qgis.PyQt.QtCore import QTimer, QUrl
from qgis.PyQt.QtGui import QDesktopServices

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.files import free_name
from gridmgmt_plugin.gui.casefigures.evaluated_cases import EvaluatedPlaces, places_to_click
from gridmgmt_plugin.gui.frame.background_call import BackgroundCall
from gridmgmt_plugin.gui.frame.map_focus import MapFocus
from gridmgmt_plugin.gui.frame.outcome import Outcome, outcome_message
from gridmgmt_plugin.gui.frame.pending_edits import settle_edits
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.report_dialog import report_html, show_report
from gridmgmt_plugin.gui.frame.result_display import PLACES_SHOWN, loaded_layer, show_places, style_issues
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.handover.next_steps import NextSteps, next_steps, step_to_copy
from gridmgmt_plugin.gui.jobs.balance import BALANCE, DivisionPreview, Presets, ask_to_stop
from gridmgmt_plugin.gui.jobs.dialog import JobDialog
from gridmgmt_plugin.gui.jobs.field_kinds import ONLY_NEW_SCHEMES
from gridmgmt_plugin.gui.jobs.file_part import SETTINGS_OF_FILES, FilePart
from gridmgmt_plugin.gui.jobs.forecast import trial_html, tried
from gridmgmt_plugin.gui.jobs.forms import form_of
from gridmgmt_plugin.gui.jobs.job_run import JobRun, RunResult, named, open_made, report_place, tell_in_window
from gridmgmt_plugin.gui.jobs.memory import last_made, note_made, remember_settings, settings_of
from gridmgmt_plugin.gui.jobs.parts import files_html, problem_html
from gridmgmt_plugin.gui.jobs.passing_view import show_passing
from gridmgmt_plugin.gui.jobs.proposals_field import ProposalsField
from gridmgmt_plugin.gui.jobs.reach import Reach
from gridmgmt_plugin.gui.jobs.result_view import (
    FoundPlaces,
    grids_with_codes,
    last_row,
    listed_to_confirm,
    new_rows,
    places_beyond,
    reasons_to_confirm,
)
from gridmgmt_plugin.gui.lanes.case_tables import lane_case_tables
from gridmgmt_plugin.gui.opening.local_frame import lay_into_frame
from gridmgmt_plugin.gui.opening.recent import working_folder
from gridmgmt_plugin.processing.base import GridAlgorithm
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.project.settings import author
from gridmgmt_plugin.workspace.light.lists import WorkspaceLists, read_lists
from gridmgmt_plugin.workspace.location import Location, PostgresLocation

_CALM_MS = 400
#: Asked for each time: who works, what is thrown away, what goes to whom, and whether anything goes at all.
_OF_ONE_ACT = ("REASON", "LEAVES", "POSTS", "DOCUMENT_NO", "LEAVE", "LOCKED", "GRIDS", "PREVIEW")
_FORGOTTEN = (*SETTINGS_OF_FILES, "AUTHOR", "REPLACE", "NOTE", "WITH_CONTACTS", "MODE", "CONFLICTS", *_OF_ONE_ACT)
_LAYERS_OUT = ("sink", "vectorDestination")


class JobTalk:
    """Holds a dialog and everything that it started; :meth:`end` stops and closes it all."""

    def __init__(self, shell: Shell, key: str, algorithm: GridAlgorithm) -> None:
        self._shell, self._key, self._algorithm = shell, key, algorithm
        self._location: Location | None = shell.session.location if algorithm.NEEDS_WORKSPACE else None
        self._form = form_of(algorithm.KEY)
        self._lists = WorkspaceLists()
        self._presets = Presets()
        self._asking: BackgroundCall | None = None
        self._run: JobRun | None = None
        self._trial: JobRun | None = None
        self._tried: Outcome | None = None
        self._places: FoundPlaces | EvaluatedPlaces | NextSteps | None = None
        self._done: tuple[Outcome, dict[str, Any]] | None = None
        self._report: Any = None
        self._question: Any = None
        self._preview = DivisionPreview(shell.iface.mapCanvas())
        self.dialog = JobDialog(algorithm, self._form, shell.iface.mainWindow())
        self._file: FilePart | None = None
        if self._form.file is not None:
            self._file = FilePart(self.dialog, self._form.file, self._location, self._settings_changed)
        self._reach = Reach(algorithm.KEY, self._location, self._foretell, self._warn)
        self._calm = QTimer()
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM_MS)
        self._calm.timeout.connect(self._try_at_once)
        self._connect()
        made = last_made(algorithm.KEY, self._location)
        self.dialog.show_values({**settings_of(algorithm.KEY), **made, **self._known()})
        self.ask_lists()

    def take_file(self, path: str) -> None:
        """Choose a file to read."""
        self.dialog.take_file(path)

    def end(self) -> None:
        """Stop everything and close the dialog."""
        self._stop_all()
        for window in filter(is_alive, (self._report, self.dialog)):
            window.close()

    def _end_question(self) -> None:
        if is_alive(self._question):
            self._question.deleteLater()
        self._question = None

    def _stop_all(self, *_: object) -> None:
        self._drop_trial()
        self._preview.clear()
        self._end_question()
        if self._run is not None:
            self._run.drop()
            self._run = None
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None
        if isinstance(self._places, EvaluatedPlaces):
            self._places.forget_question()
        if self._file is not None:
            self._file.end()

    def _connect(self) -> None:
        dialog = self.dialog
        dialog.run_wanted.connect(self._go)
        dialog.trial_wanted.connect(self._try)
        dialog.stop_wanted.connect(self._stop)
        dialog.settings_changed.connect(self._settings_changed)
        dialog.link_clicked.connect(self._follow)
        dialog.finished.connect(self._stop_all)

    # What is known before anything is chosen.

    def _known(self) -> dict[str, Any]:
        known: dict[str, Any] = {"AUTHOR": author()}
        makes_file = self._algorithm.KEY == "copyworkspace" and isinstance(self._location, PostgresLocation)
        if makes_file or self._algorithm.KEY == "createworkspace":
            known["OUTPUT"] = str(free_name(working_folder(), tr("grid workspace")))
        elif self._algorithm.KEY not in ("validate", *ONLY_NEW_SCHEMES):
            known["SCHEME"] = self._shell.session.scheme
        return known

    def ask_lists(self) -> None:
        """Ask what the workspace has to choose from, for the fields that depend on it."""
        if self._location is None:
            return
        self._asking = BackgroundCall(tr("Reading the workspace"), self._location, read_lists, self._listed)
        self._asking.start()

    def _listed(self, lists: WorkspaceLists | None, error: GridError | None) -> None:
        self._asking = None
        if not is_alive(self.dialog) or self._location is None:
            return
        if lists is None:
            self.dialog.show_forecast(problem_html([error.text(language()) if error else ""]), is_trouble=True)
            return
        self._lists = lists
        self.dialog.fill(lists, self._location.place)

    # Before the run.

    def _parameters(self, report: Path | str) -> dict[str, Any]:
        """Return what the algorithm is called with."""
        found = self.dialog.parameters()
        found.update({} if self._file is None else self._file.parameters())
        if self._location is not None:
            found["WORKSPACE"] = str(self._location)  # an address, never a password
        found["REPORT"] = str(report)
        for definition in self._algorithm.parameterDefinitions():
            if definition.type() in _LAYERS_OUT and definition.name() in found:
                target = QgsProcessingOutputLayerDefinition(found[definition.name()], QgsProject.instance())
                found[definition.name()] = target
        return found

    def _settings_changed(self) -> None:
        if not is_alive(self.dialog) or self.dialog.shows_result() or self._run is not None:
            return
        self._drop_trial()
        self._tried = None
        self.dialog.runner.setText(tr(self._form.verb_with(self.dialog.parameters())))
        if self._form.tries_at_once:
            self._calm.start()
        elif self._lists.counts and not (self._file is not None and self._file.is_busy):
            self._presets.follow(self._lists, self.dialog)
            self._reach.ask(self.dialog.parameters(), is_whole=not self.dialog.problems())

    def _foretell(self, told: str) -> None:
        """Tell what will happen with what is chosen, and what the dialog was filled in with."""
        if is_alive(self.dialog):
            self.dialog.show_forecast(problem_html([*filter(None, [told]), *self._presets.told(self._lists)]))

    def _warn(self, refused: str) -> None:
        if is_alive(self.dialog):
            self.dialog.show_forecast(problem_html([refused]), is_trouble=True)

    def _try_at_once(self) -> None:
        if not is_alive(self.dialog) or self._run is not None:
            return
        if self._file is not None and not self._file.is_ready:
            return
        problems = self.dialog.problems()
        if problems:
            is_begun = bool(self.dialog.parameters().get(self._form.first[0]))  # an empty field asks by itself
            text = problem_html([text for _, text in problems]) if is_begun else ""
            self.dialog.show_forecast(text, is_trouble=is_begun)
        elif self._file is None or self._file.is_quick:
            self._try()
        else:
            self.dialog.offers_trial = True
            self.dialog.trial.setVisible(True)

    def _try(self) -> None:
        """Work out what a run would do, without writing."""
        if self._refused():
            return
        self._drop_trial()
        self.dialog.show_forecast(tr("Working out what will happen …"))
        report = QgsProcessingUtils.generateTempFilename("trial.json")
        self._trial = JobRun(self._algorithm, self._parameters(report), self._tried_out, rehearses=True)
        self._trial.start()

    def _tried_out(self, result: RunResult) -> None:
        self._trial = None
        if not is_alive(self.dialog) or self.dialog.shows_result() or self._run is not None:
            return
        if result.problem:
            self.dialog.show_refusal(result.problem, result.refusal)
            return
        self._tried = tried(Outcome.of(self._algorithm.displayName(), result.results))
        self.dialog.show_forecast(trial_html(self._tried), is_trouble=self._tried.is_troubling)
        proposals = self.dialog.fields.get("LEAVE")
        if isinstance(proposals, ProposalsField):
            proposals.offer(listed_to_confirm(self._tried.report))

    def _drop_trial(self) -> None:
        self._calm.stop()
        self._reach.forget()
        if self._trial is not None:
            self._trial.drop()
            self._trial = None

    def _refused(self) -> bool:
        """Tell whether something is missing, and show what."""
        problems = self.dialog.problems()
        if problems:
            self.dialog.show_forecast(problem_html([text for _, text in problems]), is_trouble=True)
            problems[0][0].setFocus()
        return bool(problems)

    # The run.

    def _go(self) -> None:
        if self.dialog.shows_result():
            self.dialog.show_settings()
            self.ask_lists()
            return
        if self._run is not None or self._refused() or not settle_edits(self.dialog):
            return
        self._drop_trial()
        self._remember()  # also where the run is refused: it is asked for again
        self.dialog.show_forecast("")  # a refusal of the run before says nothing of this one
        since = last_row(self._form.makes)
        bar, session = self._shell.iface.messageBar(), self._shell.session
        self._run = JobRun(
            self._algorithm,
            self._parameters(report_place(self._algorithm.KEY, self._location)),
            lambda result: self._ran(result, since),
            dress=lambda layer: lay_into_frame(layer, bar, session),
        )
        self._run.progressChanged.connect(self._progressed)
        self._run.outlined.connect(self._preview.show)
        self._progressed(0.0)
        self._run.start()

    def _stop(self) -> None:
        """Stop the run; of one that looks for ever better results, ask first what becomes of the best so far."""
        if self._run is None:
            return
        if self._algorithm.KEY != BALANCE:
            self._run.cancel()
        elif not (is_alive(self._question) and self._question.isVisible()):
            self._question = ask_to_stop(self._run.settle, self._run.cancel, self.dialog)

    def _progressed(self, percent: float) -> None:
        if self._run is not None and is_alive(self.dialog):
            self.dialog.show_progress(tr("{title} …").format(title=self._algorithm.displayName()), percent)

    def _ran(self, result: RunResult, since: int) -> None:
        self._run = None
        self._preview.clear()
        self._end_question()
        if not is_alive(self.dialog):
            return
        self.dialog.show_progress("", None)
        if self._shell.is_leaving:
            title = self._shell.spec(self._key).shown_title()
            tell_in_window(self._shell, title, self._location, result, tr(self._form.stopped))
        elif result.is_cancelled:
            self.dialog.show_forecast(tr(self._form.stopped))
        elif result.problem:
            self.dialog.show_refusal(result.problem, result.refusal)
        else:
            if self._file is not None:
                self._file.remember()
            note_made(self._location, result.results)
            self._shell.attempt(lambda: self._take_over(dict(result.results), since))

    def _is_elsewhere(self) -> bool:
        """Tell whether the workspace of the dialog is open no more: what follows in the window would meet another."""
        return self._location is not None and self._shell.session.location != self._location

    def _remember(self) -> None:
        fields = (f for f in self.dialog.fields.values() if f.is_remembered and f.name not in _FORGOTTEN)
        remember_settings(self._algorithm.KEY, {field.name: field.value() for field in fields})

    def _take_over(self, results: dict[str, Any], since: int) -> None:
        key = self._algorithm.KEY
        is_elsewhere = self._is_elsewhere()
        title = self._shell.spec(self._key).shown_title()
        outcome = Outcome.of(named(title, self._location) if is_elsewhere else title, results)
        in_the_way = None
        if key == "createworkspace":
            self.dialog.close()
            in_the_way = open_made(self._shell, str(results["OUTPUT"]))
        elif self._algorithm.writes and not outcome.is_sheet_alone and not is_elsewhere:
            self._shell.session.reload()
        more = (tr("Details"), lambda: self._show_report(outcome)) if outcome.has_details else None
        level = Qgis.MessageLevel.Warning if outcome.is_troubling else Qgis.MessageLevel.Success
        self._shell.tell(outcome_message(outcome), level, more)
        if in_the_way is not None:
            self._shell.tell(in_the_way, Qgis.MessageLevel.Warning)
        if key == "validate" and not is_elsewhere:
            self.dialog.close()
            self._show_issues(str(results.get("OUTPUT", "")))
        elif key != "createworkspace":
            self._places = None if is_elsewhere else self._outside(outcome) or self._found(results, since, outcome)
            self._done = outcome, results
            self._tell_result()
        if key == "importreceipt" and not is_elsewhere:  # refused rows come, and those that are accepted now go
            issues: Any = self._shell.controller("issues")
            # The list and the map are where refused rows stand.
            self._shell.attempt(issues.check_later, unasked="issues_not_checked")

    def _tell_result(self) -> None:
        if is_alive(self.dialog) and self._done is not None:
            html = report_html(self._done[0]) + files_html(self._done[1], self.dialog.parameters())
            self.dialog.show_result(("" if self._places is None else self._places.html()) + html)

    def _found(
        self, results: dict[str, Any], since: int, outcome: Outcome
    ) -> FoundPlaces | EvaluatedPlaces | NextSteps | None:
        if self._algorithm.KEY in PLACES_SHOWN:
            layer = show_places(str(results.get("OUTPUT", "")), self._algorithm.KEY)
            self._shell.session.zoom_to_all()
            asked = self.dialog.parameters(), self._location, self._shell.session, self._tell_result
            return None if layer is None else places_to_click(self._algorithm.KEY, layer, *asked)
        if self._algorithm.KEY == "exportpackage":
            jobs: Any = self._shell.controller(self._key)
            return next_steps(outcome, self.dialog.parameters(), jobs.trigger_with)
        if self._algorithm.KEY == "copyworkspace":
            return step_to_copy(str(results["OUTPUT"]), self._shell)
        layer = loaded_layer(str(results.get("OUTPUT") or ""))
        if self._algorithm.KEY == "comparestates" and layer is not None:
            return show_passing(layer, outcome, self._shell.iface)
        if layer is not None:
            self._shell.iface.setActiveLayer(layer)
        if self._algorithm.KEY == "lanecases" and layer is not None:
            return lane_case_tables(layer, loaded_layer(str(results.get("OFFICERS") or "")))
        if self._algorithm.KEY == "servicecircles":
            return None if layer is None else places_beyond(layer)
        return new_rows(self._form.makes, since)

    def _outside(self, outcome: Outcome) -> FoundPlaces | None:
        """Return the grids that are outside the tolerance, where a job lists them."""
        reasons = reasons_to_confirm(outcome.report, outcome.report.get("figures", {}).get("outside", ()))
        scheme = str(self.dialog.parameters().get("SCHEME") or "")
        return grids_with_codes(scheme, reasons, tr("Outside the tolerance: {count}")) if reasons else None

    def _show_issues(self, output: str) -> None:
        layer = style_issues(output)
        if layer is not None:
            issues: Any = self._shell.controller("issues")
            issues.show_layer(layer)

    # Reading more.

    def _follow(self, url: QUrl) -> None:
        """Show what a link stands for: a place, the whole trial, a file."""
        if url.toString() == "#more" and self._tried is not None:
            self._show_report(self._tried)
        elif self.dialog.takes_part(url.toString()):
            return
        elif self._places is None or not self._places.show(url, MapFocus(self._shell.iface)):
            QDesktopServices.openUrl(url)

    def _show_report(self, outcome: Outcome) -> None:
        if is_alive(self._report):
            self._report.close()
        self._report = show_report(outcome, self._shell.iface.mainWindow())
