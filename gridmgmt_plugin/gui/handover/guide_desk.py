"""What the hand-over step by step starts: the check of the list of issues, and the export in QGIS's background."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from qgis.core import Qgis, QgsProcessingUtils
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.files import free_name
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.frame.author import known_author
from gridmgmt_plugin.gui.frame.background_call import BackgroundCall
from gridmgmt_plugin.gui.frame.map_focus import MapFocus
from gridmgmt_plugin.gui.frame.outcome import Outcome, outcome_message
from gridmgmt_plugin.gui.frame.pending_edits import settle_edits
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.report_dialog import report_html
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.handover.guide import HandoverGuide, RunPage
from gridmgmt_plugin.gui.handover.next_steps import NextSteps, next_steps
from gridmgmt_plugin.gui.jobs.job_run import JobRun, RunResult, report_place, tell_in_window
from gridmgmt_plugin.gui.jobs.memory import note_made, remember_settings, settings_of
from gridmgmt_plugin.gui.jobs.parts import files_html, keep_on_screen, problem_html
from gridmgmt_plugin.processing.algorithms.export_package import ExportPackage
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.settings import author
from gridmgmt_plugin.workspace.light.lists import WorkspaceLists, read_lists
from gridmgmt_plugin.workspace.location import Location

_ISSUES, _EXPORT = "issues", "export_package"
_KEY = ExportPackage.KEY
# Asked for each time.
_OF_ONE_ACT = ("NOTE",)


class HandoverGuideDesk:
    """Answers ``handover_guide``."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._algorithm = ExportPackage().create()
        self._location: Location | None = None
        self._asking: BackgroundCall | None = None
        self._run: JobRun | None = None
        # The page whose job runs, and what was chosen when it began.
        self._asked: tuple[RunPage, dict[str, Any]] | None = None
        self._steps: NextSteps | None = None
        self._sheets: dict[tuple[str, str], Path] = {}
        self.guide: HandoverGuide | None = None
        shell.session.checking.connect(self._checking)
        shell.session.checked.connect(self._show_check)
        shell.session.data_changed.connect(self._show_check)
        shell.session.changed.connect(self._workspace_changed)

    def trigger(self, key: str, checked: bool) -> None:  # noqa: ARG002, FBT001  serves one action
        """Show the window; one that is open comes to the front."""
        if self.guide is None or not is_alive(self.guide) or not self.guide.isVisible():
            self._end()
            self._shell.session.refuse_pending_edits()
            known_author(self._shell.iface.mainWindow())
            self._begin()
        guide = self.guide
        assert guide is not None
        guide.show()
        keep_on_screen(guide)
        guide.raise_()
        guide.activateWindow()

    def close(self) -> None:
        """Take the window away."""
        self._shell.session.checking.disconnect(self._checking)
        self._shell.session.checked.disconnect(self._show_check)
        self._shell.session.data_changed.disconnect(self._show_check)
        self._shell.session.changed.disconnect(self._workspace_changed)
        self._end()

    def _begin(self) -> None:
        self._location = self._shell.session.location
        self._steps = None
        self._sheets.clear()
        guide = self.guide = HandoverGuide(self._algorithm, self._shell.iface.mainWindow())
        guide.check.check_wanted.connect(lambda: self._shell.attempt(self._check))
        guide.check.list_wanted.connect(self._list_issues)
        guide.changes.run_wanted.connect(lambda: self._shell.attempt(self._look))
        guide.release.run_wanted.connect(lambda: self._shell.attempt(self._hand_over))
        guide.stop_wanted.connect(self._stop)
        for page in (guide.changes, guide.release, guide.after):
            page.link_clicked.connect(self._follow)
        guide.finished.connect(lambda _: self._end())
        known = {} if self._shell.session.scheme is None else {"SCHEME": self._shell.session.scheme}
        guide.target.show_values({**settings_of(_KEY), **known})
        self._show_check()
        if self._location is not None:
            self._asking = BackgroundCall(tr("Reading the workspace"), self._location, read_lists, self._listed)
            self._asking.start()

    def _end(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None
        if self._run is not None:
            self._run.drop()
            self._run = None
        guide, self.guide = self.guide, None
        if guide is not None and is_alive(guide):
            guide.deleteLater()

    def _listed(self, lists: WorkspaceLists | None, error: GridError | None) -> None:
        self._asking = None
        if self.guide is None or not is_alive(self.guide):
            return
        if error is not None:
            self._shell.tell(error.message, Qgis.MessageLevel.Warning)
        elif lists is not None and lists.copied_at:  # before anything is chosen and looked through
            self._end()
            self._shell.tell(
                Message("package_of_working_copy", {"made_at": lists.copied_at}), Qgis.MessageLevel.Warning
            )
        elif lists is not None:
            self.guide.target.fill(lists)

    def _workspace_changed(self) -> None:
        """Close the window of a workspace that is open no more; while it hands over, not before that is done."""
        if self.guide is not None and self._is_elsewhere() and not self._hands_over():
            self._end()

    def _is_elsewhere(self) -> bool:
        return self._shell.session.location != self._location

    # The check.

    def _check(self) -> None:
        """Check now, or once the list of issues has done what it is at, and say that."""
        self._shell.session.refuse_pending_edits()
        issues: Any = self._shell.controller(_ISSUES)
        if issues.check_later() and self.guide is not None:
            waits = tr("It is checked as soon as the issue list has done what it is at.")
            self.guide.check.show_check(waits, is_trouble=False)

    def _checking(self, fraction: float | None) -> None:
        if self.guide is not None and is_alive(self.guide):
            self.guide.check.show_progress(None if fraction is None else 100.0 * fraction)
            if fraction is None:  # also of a check that was stopped
                self._show_check()

    def _list_issues(self) -> None:
        action = self._shell.action(_ISSUES)
        if not action.isChecked():
            action.trigger()

    def _show_check(self) -> None:
        if self.guide is None or not is_alive(self.guide):
            return
        check = self._shell.session.last_check
        if check is None:
            self.guide.check.show_check(tr("Not checked yet"), is_trouble=False)
            return
        text = check.told()
        if check.is_outdated:
            text = tr("{found} before the last change").format(found=text)
        self.guide.check.show_check(text, is_trouble=check.errors > 0)

    # The runs.

    def _look(self) -> None:
        """Work out what would change, and write the sheet that tells it."""
        guide = self.guide
        if guide is None:
            return
        chosen = guide.target.parameters()
        sheet = self._sheet(str(chosen["FOLDER"]), str(chosen["SCHEME"]))
        report = QgsProcessingUtils.generateTempFilename("report.json")
        self._start(guide.changes, {"PREVIEW": True, "SHEET": str(sheet), "REPORT": report}, self._looked)

    def _sheet(self, folder: str, scheme: str) -> Path:
        """Return where the sheet goes: the same place while the window is open, never that of a former hand-over."""
        if (folder, scheme) not in self._sheets:
            name = tr("Sheet of what changes {scheme}").format(scheme=scheme)
            self._sheets[folder, scheme] = free_name(Path(folder), f"{name} {clock.today().isoformat()}", ".pdf")
        return self._sheets[folder, scheme]

    def _looked(self, outcome: Outcome) -> None:
        if self.guide is not None:
            html = _changes_html(outcome) + report_html(outcome) + files_html(outcome.results, {})
            self.guide.changes.show_result(html, is_done=True)

    def _hand_over(self) -> None:
        """Make the package and enter the release."""
        guide = self.guide
        if guide is None or not settle_edits(guide):
            return
        fields = guide.target.fields.values()
        mine = {one.name: one.value() for one in fields if one.is_remembered and one.name not in _OF_ONE_ACT}
        remember_settings(_KEY, {**settings_of(_KEY), **mine})
        report = report_place(_KEY, self._location)
        self._start(guide.release, {"AUTHOR": author(), "REPORT": report}, self._handed_over)

    def _handed_over(self, outcome: Outcome) -> None:
        guide = self.guide
        if guide is None:
            return
        note_made(self._location, outcome.results)
        self._shell.session.reload()
        self._shell.tell(outcome_message(outcome), Qgis.MessageLevel.Success)
        jobs: Any = self._shell.controller(_EXPORT)
        self._steps = next_steps(outcome, guide.target.parameters(), jobs.trigger_with)
        files = files_html(outcome.results, {})
        guide.released(report_html(outcome) + files, self._steps.html() + files)

    def _start(self, page: RunPage, more: dict[str, Any], done: Any) -> None:
        """Start the job of a page with what is chosen and ``more``.

        A look that is under way for other choices gives way; a hand-over never does.
        """
        assert self.guide is not None
        chosen = self.guide.target.parameters()
        if self._run is not None:
            if self._asked == (page, chosen) or self._hands_over():
                return
            self._run.drop()
        self._asked = page, chosen
        page.show_result("", is_done=False)  # what was said of the run before is not said of this one
        given = {**chosen, **more, "WORKSPACE": str(self._location)}
        self._run = JobRun(self._algorithm, given, lambda result: self._ran(page, chosen, result, done))
        self._run.progressChanged.connect(lambda percent: self._progressed(page, percent))
        self._progressed(page, 0.0)
        self._run.start()

    def _hands_over(self) -> bool:
        """Tell whether the export itself is under way."""
        if self._run is None or self.guide is None or self._asked is None:
            return False
        return self._asked[0] is self.guide.release

    def _progressed(self, page: RunPage, percent: float) -> None:
        if self._run is not None and self.guide is not None and is_alive(self.guide):
            self.guide.show_progress(page, percent)

    def _ran(self, page: RunPage, chosen: dict[str, Any], result: RunResult, done: Any) -> None:
        self._run = None
        if self.guide is None or not is_alive(self.guide):
            return
        if self._is_elsewhere() or self._shell.is_leaving:
            is_release = page is self.guide.release
            self._end()
            if is_release:
                title, stopped = self._shell.spec(_EXPORT).shown_title(), tr("Stopped. Nothing was written.")
                tell_in_window(self._shell, title, self._location, result, stopped)
            return
        self.guide.show_progress(page, None)
        if page is self.guide.changes and chosen != self.guide.target.parameters():
            page.show_result("", is_done=False)  # it answers a question that nobody asks any more
        elif result.is_cancelled:
            page.show_result(problem_html([tr("Stopped. Nothing was written.")]), is_done=False)
        elif result.problem:
            page.show_result(problem_html([result.problem]), is_done=False)
        else:
            outcome = Outcome.of(self._shell.spec(_EXPORT).shown_title(), result.results)
            self._shell.attempt(lambda: done(outcome))

    def _stop(self) -> None:
        if self._run is not None:
            self._run.cancel()

    def _follow(self, url: QUrl) -> None:
        """Open what a link stands for: the dialog of a next step, a folder, a sheet."""
        if self._steps is None or not self._steps.show(url, MapFocus(self._shell.iface)):
            QDesktopServices.openUrl(url)


def _changes_html(outcome: Outcome) -> str:
    """Return in a few sentences what a release would change."""
    figures = outcome.report.get("figures") or {}
    if not figures.get("base"):
        told = [tr("The receiver has no release yet: all of it is new.")]
    else:
        told = [
            tr("Compared with release {base}:", base=figures["base"]),
            tr("{count} {count:grid or lane changes|grids and lanes change}", count=figures["places"]),
            tr("{count} {count:change|changes} of persons, posts, departments and duties", count=figures["staff"]),
            tr(
                "to other hands go {cases} open {cases:case|cases}, {components} {components:component|components}, "
                "{lane_m} m of lane",
                cases=figures["cases"],
                components=figures["components"],
                lane_m=figures["lane_m"],
            ),
        ]
    told.append(
        tr(
            "{warnings} {warnings:warning goes|warnings go} along, {exempted} exempted",
            warnings=figures.get("warnings", 0),
            exempted=figures.get("exempted", 0),
        )
    )
    return f"<p>{'<br>'.join(map(escape, told))}</p>"
