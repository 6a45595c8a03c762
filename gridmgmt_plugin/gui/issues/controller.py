"""What happens when the planner asks something of the list of issues: check, fix, exempt, write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import Qgis, QgsCoordinateReferenceSystem, QgsProcessingUtils, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import QFileDialog

from gridmgmt_plugin.core.errors import GridError, InputError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.titles import ISSUES, column_titles
from gridmgmt_plugin.gui.editing.controller import Editing
from gridmgmt_plugin.gui.frame.author import known_author
from gridmgmt_plugin.gui.frame.qt import QAction, is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.issues.dialogs import CellLine, ExemptDialog, FixDialog, accepted, note_of, with_suffix
from gridmgmt_plugin.gui.issues.dock import CHECKING, IssueDock
from gridmgmt_plugin.gui.issues.job_task import JobTask
from gridmgmt_plugin.gui.issues.noted_check import keep_noted, known_check
from gridmgmt_plugin.gui.issues.places import IssuePlaces
from gridmgmt_plugin.gui.issues.table import IssueTable
from gridmgmt_plugin.gui.issues.tools import open_tool
from gridmgmt_plugin.gui.opening.recent import working_folder
from gridmgmt_plugin.project.i18n import language, locale_tag, tr
from gridmgmt_plugin.project.shown_workspace import shown_layer

if TYPE_CHECKING:
    from gridmgmt_plugin.core.validation.fix_attempt import FaultRef
    from gridmgmt_plugin.gui.issues.buffer_fixes import BufferFixer
    from gridmgmt_plugin.jobs.checks.fix_issues import FixPlan
    from gridmgmt_plugin.jobs.checks.validate_workspace import ValidationReport
    from gridmgmt_plugin.workspace.workspace import Workspace

_Job = Callable[["Workspace", Progress], Any]
_Deed = Callable[["Workspace"], None]
_HEIGHT_PX = 260
_KEYS = {"next": ("F8", "Ctrl+Alt+Right"), "previous": ("Shift+F8", "Ctrl+Alt+Left")}
_EXTENT_MS = 150
_GEOMETRY_RULES = "unit_"
_ERROR, _WARNING = 0, 1  # ranks of severity


class Issues:
    """Answers ``issues``: the dock, its map layer, and everything that its buttons start."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.dock = IssueDock(shell.iface.mainWindow())
        self.places = IssuePlaces(shell.iface)
        self._task: JobTask | None = None
        self._checks_later = False
        self._keys: list[Any] = []
        self._following = QTimer(self.dock)
        self._following.setSingleShot(True)
        self._following.setInterval(_EXTENT_MS)
        self._connect()
        self.dock.lay_below(shell.iface, _HEIGHT_PX)

    def trigger(self, key: str, checked: bool) -> None:  # noqa: ARG002, FBT001  serves one action
        """Show or hide the dock."""
        self.dock.show_or_hide(is_wanted=checked)
        self._mark_action()

    def close(self) -> None:
        """Take the dock, its keys and its layer out of QGIS."""
        if self._task is not None:
            self._task.drop()
            self._task = None
        self._shell.session.changed.disconnect(self._workspace_changed)
        self._shell.session.checked.disconnect(self._say_known)
        self._shell.iface.mapCanvas().extentsChanged.disconnect(self._following.start)
        for action in self._keys:
            self._shell.iface.unregisterMainWindowAction(action)
        self.places.close()
        if is_alive(self.dock):
            self._shell.iface.removeDockWidget(self.dock)
            self.dock.deleteLater()

    # Showing.

    def show_layer(self, layer: QgsVectorLayer) -> None:
        """List the issues of a layer that validation wrote; a temporary one has served its purpose then."""
        table, crs = IssueTable.of_layer(layer), layer.crs()
        if Path(QgsProcessingUtils.tempFolder()) in Path(layer.source().split("|")[0]).parents:
            QgsProject.instance().removeMapLayer(layer.id())
        self._show(table, crs, tr("Checked: nothing to complain about."))

    def show_report(self, report: ValidationReport, log_lines: int | None = None) -> None:
        """List what a check found; ``log_lines``: see :func:`~gridmgmt_plugin.workspace.last_check.keep_check`."""
        from gridmgmt_plugin.core.validation.registry import issue_rows  # noqa: PLC0415  heavy

        for note in report.notes:
            self._shell.tell(note, Qgis.MessageLevel.Warning)
        figures = report.result.figures
        text = tr(
            "Everything is in order: {rules} {rules:rule|rules} on {objects} {objects:object|objects} found nothing.",
            rules=len(figures["rules"]),
            objects=f"{sum(figures['objects'].values()):,}",
        )
        self._show(IssueTable(issue_rows(report.result, locale_tag())), self._crs(), text, log_lines)

    def _show(
        self, table: IssueTable, crs: QgsCoordinateReferenceSystem, nothing: str, log_lines: int | None = None
    ) -> None:
        self.places.forget()
        self.places.clear()  # its rings have the numbers of the list before
        self.dock.show_table(table, nothing)
        self.places.show_all(table, crs)
        self.places.show_only(self.dock.model.anywhere())
        self.dock.setUserVisible(True)
        self._note_check()
        keep_noted(self._shell.session, log_lines)

    def _note_check(self) -> None:
        """Tell the session how many issues are open: neither exempted nor repaired since."""
        ranks = self.dock.model.open_ranks()
        self._shell.session.note_check(ranks.count(_ERROR), ranks.count(_WARNING))

    def _crs(self) -> QgsCoordinateReferenceSystem:
        layer = shown_layer(QgsProject.instance(), "unit_grid")
        return QgsCoordinateReferenceSystem() if layer is None else layer.crs()

    def _connect(self) -> None:
        dock, canvas = self.dock, self._shell.iface.mapCanvas()
        dock.left.connect(canvas.setFocus)
        dock.chosen.connect(lambda issue: self.places.focus(dock.model.table, issue))
        dock.filtered.connect(lambda: self.places.show_only(dock.model.anywhere()))
        dock.check_wanted.connect(lambda: self._shell.attempt(self.check))
        dock.fix_wanted.connect(lambda issues: self._shell.attempt(lambda: self.fix(issues)))
        dock.tool_wanted.connect(
            lambda issues: self._shell.attempt(lambda: open_tool(self._shell, self.places, dock.model.table, issues))
        )
        dock.exempt_wanted.connect(lambda issues: self._shell.attempt(lambda: self._ask_exemption(issues)))
        dock.lift_wanted.connect(lambda issues: self._shell.attempt(lambda: self._lift(issues)))
        dock.export_wanted.connect(lambda issues: self._shell.attempt(lambda: self._ask_export(issues)))
        dock.check_progressed.connect(self._shell.session.checking)
        dock.cancel_wanted.connect(lambda: self._task.cancel() if self._task is not None else None)
        dock.extent_wanted.connect(lambda: dock.set_extent(self.places.extent()))
        dock.visibilityChanged.connect(self._mark_action)
        canvas.extentsChanged.connect(self._following.start)
        self._following.timeout.connect(lambda: dock.set_extent(self.places.extent()) if dock.follows_map else None)
        self._shell.session.changed.connect(self._workspace_changed)
        self._shell.session.checked.connect(self._say_known)
        for name, title, by in (("next", tr("Next issue"), 1), ("previous", tr("Previous issue"), -1)):
            action = QAction(title, dock)
            action.setObjectName(f"gridmgmt_issues_go_{name}")
            action.triggered.connect(lambda _=False, by=by: self._step(by))
            self._shell.iface.registerMainWindowAction(action, self._free_key(*_KEYS[name]))
            dock.addAction(action)
            self._keys.append(action)

    def _free_key(self, *proposals: str) -> str:
        """Return the first key that nothing else in the window has, "" when all are taken."""
        taken = {action.shortcut().toString() for action in self._shell.iface.mainWindow().findChildren(QAction)}
        return next((key for key in proposals if QKeySequence(key).toString() not in taken), "")

    def _step(self, by: int) -> None:
        if self.dock.isVisible():
            self.dock.step(by)

    def _mark_action(self, *_: object) -> None:
        # Behind the tab of another dock it is not visible, but not closed either.
        if self._shell.has_action("issues"):
            self._shell.action("issues").setChecked(not self.dock.isHidden())
        self.places.set_shown(is_shown=not self.dock.isHidden())

    def _workspace_changed(self) -> None:
        if self._task is not None:
            self._task.drop()
            self._job_ended()
        self._checks_later = False
        self.places.clear()
        self.dock.show_table(IssueTable(Rows()), "")
        self.places.close()
        self._say_known()

    def _say_known(self) -> None:
        self.dock.say_known(known_check(self._shell.session), can_check=self._shell.session.location is not None)

    # Jobs.

    def _run(
        self, title: str, job: _Job, then: Callable[[Any], object], failure: str = "", *, writes: bool = False
    ) -> None:
        """Do something in the background, then go on in the window, after a stop that came too late only where it
        ``writes``; ``failure``: the sentence around its reason."""
        location = self._shell.session.location
        if location is None or self._task is not None or self._shell.is_leaving:
            return

        def work(progress: Progress) -> Any:
            from gridmgmt_plugin.workspace.workspace import Workspace  # noqa: PLC0415  needs shapely

            return job(Workspace.open(location), progress)

        def done(result: Any, error: GridError | None) -> None:
            self._job_ended()
            if error is None and (writes or not (task.was_cancelled or self._shell.is_leaving)):
                self._shell.attempt(lambda: then(result))
            elif error and error.code != "cancelled":
                told = Message(failure, {"reason": error.message}) if failure else error.message
                self._shell.tell(told, Qgis.MessageLevel.Warning)
            is_wanted, self._checks_later = self._checks_later, False
            if is_wanted and self._task is None and not self._shell.is_leaving:  # what runs now began after that
                self._shell.attempt(self.check, unasked="issues_not_checked")

        self.dock.show_progress(title, 0.0)
        self._task = task = JobTask(title, work, done)
        task.progressChanged.connect(lambda percent: self._progressed(title, percent))
        task.start()

    def _progressed(self, title: str, percent: float) -> None:
        if self._task is not None:
            self.dock.show_progress(title, percent / 100.0)

    def _job_ended(self) -> None:
        self._task = None
        if is_alive(self.dock):
            self.dock.show_progress("", None)

    def check(self) -> None:
        """Check the whole workspace again.

        :raises WorkspaceError: ``workspace_edits_pending``: a check reads what is saved.
        """
        self._shell.session.refuse_pending_edits()
        self._check_saved(lambda: None)

    def check_later(self) -> bool:
        """Do :meth:`check` once nothing of the list's own runs, which may be about what was; tell if it waits."""
        self._checks_later = self._task is not None
        if not self._checks_later:
            self.check()
        return self._checks_later

    def _check_saved(self, then: Callable[[], None], failure: str = "") -> None:
        def job(workspace: Workspace, progress: Progress) -> tuple[ValidationReport, int]:
            from gridmgmt_plugin.jobs.checks.known_streets import check_again  # noqa: PLC0415  heavy
            from gridmgmt_plugin.workspace.last_check import lines_of_changes  # noqa: PLC0415  with the job

            lines = lines_of_changes(workspace)
            return check_again(workspace, progress), lines

        def checked(found: tuple[ValidationReport, int]) -> None:
            self.show_report(*found)
            then()

        self._run(tr(CHECKING), job, checked, failure)

    def _write(
        self, title: str, deed: _Deed, settled: Sequence[FaultRef], tell: Callable[[], None] = lambda: None
    ) -> None:
        """Change the workspace, show what was written, and only then check again: that check may be ended or fail."""

        def written(_: object) -> None:
            self._shell.session.reload()
            self._strike_out(settled)
            tell()
            self._check_saved(tell, "written_not_checked")  # what a check notes takes the place of what was told

        self._run(title, lambda workspace, _: deed(workspace), written, writes=True)

    # Fixing.

    def fix(self, issues: Sequence[int]) -> None:
        """Work out how to fix issues, show it, and do it when the planner agrees."""
        table = self.dock.model.table
        refs = table.refs([issue for issue in issues if table.fixable[issue] and not table.exempted[issue]])
        if not refs:
            return
        layer = shown_layer(QgsProject.instance(), "unit_grid")
        if layer is not None and layer.isEditable() and any(ref.rule.startswith(_GEOMETRY_RULES) for ref in refs):
            self._fix_in_buffer(refs)
            return
        self._shell.session.refuse_pending_edits()
        who = known_author(self._shell.iface.mainWindow())

        def job(workspace: Workspace, progress: Progress) -> FixPlan:
            from gridmgmt_plugin.jobs.checks.fix_issues import plan_fixes  # noqa: PLC0415  heavy

            return plan_fixes(workspace, refs, author=who, progress=progress)

        self._run(tr("Working out the fix"), job, lambda plan: self._ask_fix(plan, who))

    def _ask_fix(self, plan: FixPlan, who: str) -> None:
        cells = [
            CellLine(cell.code, cell.gained_m2, cell.lost_m2, note_of(is_new=cell.is_new, is_gone=cell.is_gone))
            for cell in plan.cells
        ]
        reasons = [message for _, message in plan.refused]
        dialog = FixDialog(self._shell.iface.mainWindow(), len(plan.fixed), reasons, cells, plan.values)
        if not accepted(dialog):
            return

        def deed(workspace: Workspace) -> None:
            from gridmgmt_plugin.jobs.checks.fix_issues import write_fixes  # noqa: PLC0415  heavy

            write_fixes(workspace, plan, who)

        self._write(tr("Fixing"), deed, plan.fixed, lambda: self._tell_fixed(len(plan.fixed), len(plan.refused)))

    def _fix_in_buffer(self, refs: Sequence[FaultRef]) -> None:
        fixer = self._buffer_fixer()
        plans, refused = fixer.plan_all(refs)
        cells = [line for _, fix in plans for line in fix.cells()]
        reasons = [message for _, message in refused]
        if not accepted(FixDialog(self._shell.iface.mainWindow(), len(plans), reasons, cells)):
            return
        done, late = fixer.apply([ref for ref, _ in plans])
        refused += late
        self._strike_out(done)
        self._note_check()
        self._tell_fixed(len(done), len(refused), refused[0][1] if refused else None)

    def _buffer_fixer(self) -> BufferFixer:
        from gridmgmt_plugin.gui.issues.buffer_fixes import BufferFixer  # noqa: PLC0415  needs shapely

        desk = self._shell.always(Editing).desk
        if desk is None:
            raise InputError("fix_save_first")
        return BufferFixer(desk.editor)

    def _strike_out(self, refs: Sequence[FaultRef]) -> None:
        """Mark what was settled as done: the next check takes it off the list."""
        table, wanted = self.dock.model.table, {(ref.rule, ref.keys) for ref in refs}
        names = zip(table.text("rule"), map(table.keys, range(len(table))))
        self.dock.mark_done([at for at, name in enumerate(names) if name in wanted])

    def _tell_fixed(self, fixed: int, refused: int, reason: Message | None = None) -> None:
        details = {"fixed": fixed, "refused": refused, "reason": reason or ""}
        code = "issues_fixed" if not refused else "issues_fixed_partly" if reason is None else "issues_fixed_reason"
        level = Qgis.MessageLevel.Success if not refused else Qgis.MessageLevel.Warning
        self._shell.tell(Message(code, details), level)

    # Exempting.

    def _ask_exemption(self, issues: Sequence[int]) -> None:
        table = self.dock.model.table
        if not issues:
            return
        who = known_author(self._shell.iface.mainWindow())
        dialog = ExemptDialog(self._shell.iface.mainWindow(), len(issues), table.text("title")[issues[0]])
        if not accepted(dialog):
            return
        refs, reason, approved, until = table.refs(issues), dialog.reason, dialog.approved_by, dialog.valid_until

        def deed(workspace: Workspace) -> None:
            from gridmgmt_plugin.jobs.checks.exempt_issues import ExemptionTerms, exempt_issues  # noqa: PLC0415

            exempt_issues(workspace, refs, ExemptionTerms(reason, who, approved, until))

        self._write(tr("Exempting"), deed, refs)

    def _lift(self, issues: Sequence[int]) -> None:
        refs, who = self.dock.model.table.refs(issues), known_author(self._shell.iface.mainWindow())

        def deed(workspace: Workspace) -> None:
            from gridmgmt_plugin.jobs.checks.exempt_issues import lift_exemptions  # noqa: PLC0415

            lift_exemptions(workspace, refs, who)

        self._write(tr("Lifting the exemption"), deed, ())

    # Writing.

    def _ask_export(self, issues: Sequence[int]) -> None:
        location = self._shell.session.location
        if location is None:
            return
        kinds = f"{tr('Table')} (*.csv);;GeoPackage (*.gpkg);;GeoJSON (*.geojson)"
        proposal = str(working_folder() / tr("issues.csv"))
        chosen, kind = QFileDialog.getSaveFileName(
            self._shell.iface.mainWindow(), tr("Export the list"), proposal, kinds
        )
        if chosen:
            self.export(issues, with_suffix(Path(chosen), kind))

    def export(self, issues: Sequence[int], path: Path) -> None:
        """Write issues of the list to a file, by its suffix."""
        rows, titles = self.dock.model.table.rows.take(list(issues)), column_titles(ISSUES, language())

        def job(workspace: Workspace, progress: Progress) -> Path:  # noqa: ARG001  one write
            from gridmgmt_plugin.jobs.checks.validate_workspace import checked_output, write_issues  # noqa: PLC0415

            persons = workspace.read("person", ["id", "name"], geometry=False)
            write_issues(rows, checked_output(path, workspace.info), workspace.info, persons, titles)
            return path

        def written(target: Path) -> None:
            details = {"count": len(rows), "path": target.name}
            self._shell.tell(Message("issues_exported", details), Qgis.MessageLevel.Success)

        self._run(tr("Writing the list"), job, written, writes=True)
