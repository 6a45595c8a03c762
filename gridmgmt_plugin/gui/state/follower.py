"""Keeps the state panel true: follows edits, checks, releases and tasks, and leads to each of them."""

from __future__ import annotations

from functools import partial
from typing import Any

from qgis.core import QgsApplication, QgsProject, QgsRectangle, QgsTask, QgsVectorLayer
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtGui import QCursor
from qgis.PyQt.QtWidgets import QMenu

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.beside.presence_links import AT_WORK, fill_menu, link_of
from gridmgmt_plugin.gui.beside.presence_watch import PresenceWatch
from gridmgmt_plugin.gui.frame.background_call import is_question
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.opening.last_check import LastCheck
from gridmgmt_plugin.gui.state.colleagues import JobsOfColleagues
from gridmgmt_plugin.gui.state.panel import ALARM, CALM, NOTE, StateLink, StatePanel
from gridmgmt_plugin.project.i18n import language, locale_tag, tr
from gridmgmt_plugin.project.shown_workspace import shown_layer, shown_layers
from gridmgmt_plugin.workspace.job_at_work import JobAtWork
from gridmgmt_plugin.workspace.light.state import WorkspaceState
from gridmgmt_plugin.workspace.schema import tables

# A job tells QGIS how far it is without a signal that reaches everybody: while one runs it is looked at again.
_PAUSE_MS, _PULSE_MS = 150, 500
EDITS, CHECK, RELEASE, JOBS, PLACE = "edits", "check", "release", "jobs", "place"
COLLEAGUES, COPY = "colleagues", "copy"


class StateFollower:
    """Belongs to one panel; lives as long as the tree."""

    def __init__(self, shell: Shell, panel: StatePanel) -> None:
        self._shell, self._session, self._panel = shell, shell.session, panel
        self._layers: list[QgsVectorLayer] = []
        self._state: WorkspaceState | None = None
        self._pause = QTimer(panel)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.refresh)
        self._pulse = QTimer(panel)
        self._pulse.setSingleShot(True)
        self._pulse.setInterval(_PULSE_MS)
        self._pulse.timeout.connect(self.refresh)
        self._colleagues = JobsOfColleagues(panel, self._soon)
        self._presence = shell.always(PresenceWatch)
        self._presence.on_change.append(self._soon)
        self._session.changed.connect(self._follow)
        self._session.checked.connect(self._soon)
        self._session.data_changed.connect(self._soon)
        manager = QgsApplication.taskManager()
        self._tasks = (manager.taskAdded, manager.statusChanged, manager.allTasksFinished)
        for signal in self._tasks:
            signal.connect(self._soon)
        panel.wanted.connect(self._lead)
        self._follow()

    def close(self) -> None:
        """Follow nothing any more."""
        self._session.changed.disconnect(self._follow)
        self._session.checked.disconnect(self._soon)
        self._session.data_changed.disconnect(self._soon)
        for signal in self._tasks:
            signal.disconnect(self._soon)
        self._unfollow()
        self._colleagues.stop()
        self._presence.on_change.remove(self._soon)
        if is_alive(self._pause):
            self._pause.stop()
            self._pulse.stop()

    def show_state(self, state: WorkspaceState | None) -> None:
        """Take over what was read of the workspace."""
        self._state = state
        note = state.check if state is not None else None
        if state is not None and note is not None and self._session.location is not None:
            outdated = state.is_check_outdated
            self._session.take_check(LastCheck(note.errors, note.warnings, note.at, is_outdated=outdated))
        self.refresh()

    def refresh(self) -> None:
        """Show how everything stands now."""
        if not is_alive(self._panel):
            return
        if self._session.location is None:
            self._panel.show_links(())
            return
        links = [
            self._copy(),
            self._edits(),
            self._check(),
            self._release(),
            self._jobs(),
            self._jobs_of_colleagues(),
        ]
        links.append(link_of(self._presence))
        self._panel.show_links([link for link in links if link is not None])

    # What the links say.

    def _copy(self) -> StateLink | None:
        if self._state is None or not self._state.copied_at:
            return None
        at, home = self._state.copied_at, self._state.copied_from
        tip = tr("Made at {time}; what is changed here is brought back at home").format(time=at)
        text = tr("Working copy of “{home}”, made on {day}").format(home=home, day=at[:10])
        return StateLink(COPY, text, tip, NOTE, is_sentence=True)

    def _edits(self) -> StateLink:
        edited = self._edited()
        if not edited:
            return StateLink(EDITS, tr("No unsaved edits"), tr("Everything is saved"))
        steps = sum(layer.undoStack().index() for layer in edited)
        names = tr(", ").join(layer.name() for layer in edited)
        return StateLink(EDITS, tr("{count} unsaved {count:edit|edits}", count=steps), names, NOTE)

    def _check(self) -> StateLink:
        check = self._session.last_check
        if check is None:
            return StateLink(CHECK, tr("Not checked yet"), tr("Check everything"))
        tip = check.told()
        if check.not_kept:
            tip += "\n" + tr("Not noted in the workspace: {reason}").format(reason=check.not_kept)
        text = tr("{count} {count:error|errors}", count=check.errors)
        if check.warnings:
            text += tr(", {count} {count:warning|warnings}", count=check.warnings)
        if check.is_outdated:
            return StateLink(CHECK, tr("{found} before the last change").format(found=text), tip, NOTE)
        return StateLink(CHECK, text, tip, ALARM if check.errors else CALM)

    def _release(self) -> StateLink | None:
        state = self._state
        if state is None:
            return None
        if state.release is None:
            return StateLink(RELEASE, tr("No release yet"), tr("Hand over"))
        text = tr("Release {number}").format(number=state.release)
        tip = tr("Handed over at {time}").format(time=state.released_at)
        if state.is_rejected:
            text = tr("{release} was rejected").format(release=text)
            tip += "\n" + tr("The receiver rejected it: correct what the list of issues shows and export again")
        urgency = ALARM if state.is_rejected else NOTE if state.changed else CALM
        if not state.changed:
            return StateLink(RELEASE, tr("{release}: nothing changed since").format(release=text), tip, urgency)
        changed = tr(
            "{release}: {count} {count:row|rows} changed since", release=text, count=f"{state.changed_rows:,}"
        )
        return StateLink(RELEASE, changed, tip, urgency)

    def _jobs(self) -> StateLink | None:
        tasks = _running()
        if not tasks:
            return None
        self._pulse.start()  # also while a dialog asks what follows the job: then nothing is under way
        if len(tasks) == 1:
            text = tr("{job}: {percent} %").format(job=tasks[0].description(), percent=round(tasks[0].progress()))
        else:
            text = tr("{count} {count:job|jobs} under way", count=len(tasks))
        return StateLink(JOBS, text, tr("Show the jobs under way; each can be cancelled"))

    def _jobs_of_colleagues(self) -> StateLink | None:
        jobs = self._colleagues.jobs
        if not jobs:
            return None
        text = _told(jobs[0]) if len(jobs) == 1 else tr("{count} {count:job|jobs} of colleagues", count=len(jobs))
        tip = tr("They run beside your work; what they change comes all at once when they end")
        if any(job.has_a_pause for job in jobs):
            return StateLink(COLLEAGUES, text, tr("It asked everybody to wait with saving until it has ended"), NOTE)
        return StateLink(COLLEAGUES, text, tip)

    # Where they lead.

    def _lead(self, key: str) -> None:
        if key == PLACE:
            self._session.zoom_to_all()
        elif key == EDITS:
            self._offer_edits()
        elif key == CHECK:
            self._open("validate" if self._session.last_check is None else "issues")
        elif key == RELEASE and self._state is not None:
            self._lead_to_release(self._state)
        elif key == JOBS:
            self._offer_jobs()
        elif key == COPY and self._state is not None:
            copied = {"made_at": self._state.copied_at, "home": self._state.copied_from}
            self._shell.tell(Message("opened_working_copy", copied))
        elif key == COLLEAGUES:
            self._list_colleagues()
        elif key == AT_WORK:
            self._list_people_at_work()

    def _open(self, key: str) -> None:
        """Open a dialog or a dock; one that is open already comes to the front."""
        if not self._shell.has_action(key):
            return
        if self._shell.action(key).isChecked():
            shown: Any = self._shell.controller(key)
            shown.dock.setUserVisible(True)
        else:
            self._shell.action(key).trigger()

    def _offer_edits(self) -> None:
        menu = self._menu()
        for layer in self._edited():
            save = tr("Save “{layer}”").format(layer=layer.name())
            menu.addAction(save, partial(self._save, layer))
            menu.addAction(tr("Show the edits in “{layer}”").format(layer=layer.name()), partial(self._show, layer))
        self._popup(menu, tr("Nothing waits to be saved"))

    def _lead_to_release(self, state: WorkspaceState) -> None:
        """Open what makes the first release, or the list of releases; of changes since, ask first which to show."""
        if state.release is None:
            self._open("export_package")
            return
        if not state.changed:
            self._open("releases")
            return
        menu = self._menu()
        for table, count in state.changed:
            title = tables()[table].label(locale_tag()) if table in tables() else table
            menu.addAction(f"{title}{tr(': ')}{count:,}", partial(self._show_log, table, state))
        menu.addSeparator()
        menu.addAction(tr("Releases…"), partial(self._open, "releases"))
        menu.popup(QCursor.pos())

    def _offer_jobs(self) -> None:
        menu = self._menu()
        for task in _running():
            title = tr("Cancel: {job} ({percent} %)").format(job=task.description(), percent=round(task.progress()))
            menu.addAction(title, partial(_cancel, task.description())).setEnabled(task.canCancel())
        self._popup(menu, tr("No job is under way"))

    def _list_colleagues(self) -> None:
        menu = self._menu()
        for job in self._colleagues.jobs:
            menu.addAction(_told(job)).setEnabled(False)
        self._popup(menu, tr("No job is under way"))

    def _list_people_at_work(self) -> None:
        menu = self._menu()
        fill_menu(menu, self._presence)
        menu.popup(QCursor.pos())

    def _menu(self) -> QMenu:
        menu = QMenu(self._panel)
        menu.setObjectName("gridmgmt_state_menu")
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    @staticmethod
    def _popup(menu: QMenu, nothing: str) -> None:
        if menu.isEmpty():
            menu.addAction(nothing).setEnabled(False)
        menu.popup(QCursor.pos())

    def _save(self, layer: QgsVectorLayer) -> None:
        if is_alive(layer):
            self._shell.iface.vectorLayerTools().saveEdits(layer)

    def _show(self, layer: QgsVectorLayer) -> None:
        """Zoom to what was drawn or changed, whatever was done to it."""
        if not is_alive(layer) or layer.editBuffer() is None:
            return
        self._shell.iface.setActiveLayer(layer)
        buffer, box = layer.editBuffer(), QgsRectangle()
        shapes = [*buffer.changedGeometries().values()]
        shapes += [feature.geometry() for feature in buffer.addedFeatures().values()]
        for shape in shapes:
            box.combineExtentWith(shape.boundingBox())
        if shapes and not box.isEmpty():
            box.scale(1.2)
            self._shell.iface.mapCanvas().setExtent(box)
            self._shell.iface.mapCanvas().refresh()

    def _show_log(self, table: str, state: WorkspaceState) -> None:
        log = shown_layer(QgsProject.instance(), "change_log")
        if log is not None:
            own = " AND ".join(f"\"gesture\" <> '{gesture}'" for gesture in state.own_gestures)
            lines = f"\"table_name\" = '{table}' AND \"changed_at\" > '{state.since}' AND {own}"
            self._shell.iface.showAttributeTable(log, lines)

    # What is followed.

    def _edited(self) -> list[QgsVectorLayer]:
        alive = (layer for layer in self._layers if is_alive(layer))
        return [layer for layer in alive if layer.isEditable() and layer.isModified()]

    def _soon(self, *_: object) -> None:
        if is_alive(self._pause) and not self._pause.isActive():
            self._pause.start()

    def _signals(self, layer: QgsVectorLayer) -> tuple[Any, ...]:
        return layer.undoStack().indexChanged, layer.editingStopped, layer.afterCommitChanges

    def _follow(self) -> None:
        self._unfollow()
        self._colleagues.follow(self._session.location)
        self._state = None
        self._layers = list(shown_layers(QgsProject.instance()).values())
        for layer in self._layers:
            for signal in self._signals(layer):
                signal.connect(self._soon)
        self._soon()

    def _unfollow(self) -> None:
        for layer in self._layers:
            if is_alive(layer):
                for signal in self._signals(layer):
                    signal.disconnect(self._soon)
        self._layers = []


def _told(job: JobAtWork) -> str:
    """Return who lets what run since when."""
    return job.message().text(language())


def _running() -> list[QgsTask]:
    tasks = QgsApplication.taskManager().activeTasks()
    # A task may count as active until all that follows it is done, and that can be a question to the planner.
    over = (QgsTask.TaskStatus.Complete, QgsTask.TaskStatus.Terminated)
    return [task for task in tasks if task.description() and not is_question(task) and task.status() not in over]


def _cancel(description: str) -> None:
    """Cancel by name: a task that has ended meanwhile is gone, and Python must not touch it."""
    for task in _running():
        if task.description() == description:
            task.cancel()
