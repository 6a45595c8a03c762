"""What docks and windows on the open workspace share: they ask in the background, have one act written at a time, and
come and go with their action.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtWidgets import QWidget

from gridmgmt_plugin.core.errors import GridError, WorkspaceError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.gui.frame.author import known_author
from gridmgmt_plugin.gui.frame.background_call import BackgroundCall, Done
from gridmgmt_plugin.gui.frame.keyboard import GridDock
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.issues.job_task import JobTask
from gridmgmt_plugin.gui.opening.limits import refuse_where_nothing_is_drawn
from gridmgmt_plugin.project.shown_workspace import shown_layers
from gridmgmt_plugin.workspace.location import Location

_NONE_OPEN = "act_without_workspace"


class Question:
    """What somebody wants to know, in the background; a question takes the place of the one before it.

    A dialog that is open over a dock has one of its own: the dock reads again meanwhile.
    """

    def __init__(self) -> None:
        self._call: BackgroundCall | None = None

    def forget(self) -> None:
        """Have nobody told of the answer that is on its way."""
        if self._call is not None:
            self._call.cancel()
            self._call = None

    def ask(self, title: str, location: Location, deed: Callable[[Location], Any], on_done: Done) -> None:
        """Ask something of the workspace; ``on_done(answer, error)`` is called in the window's thread."""

        def done(answer: Any, error: GridError | None) -> None:
            self._call = None
            on_done(answer, error)

        self.forget()
        self._call = BackgroundCall(title, location, deed, done)
        self._call.start()


class Errands:
    """Questions and acts of one dock or window, in the background.

    A question takes the place of the one before it (:class:`Question`). While an act is being written no other one
    begins. ``refresh`` is called when another workspace is open and when this one was written.
    """

    def __init__(self, shell: Shell, refresh: Callable[[], None]) -> None:
        self._shell, self._session, self._refresh = shell, shell.session, refresh
        self._question = Question()
        self.asked = 0  # so many questions until now
        self._task: JobTask | None = None
        self._session.changed.connect(refresh)
        self._session.data_changed.connect(refresh)
        self._session.read_anew.connect(refresh)

    def close(self) -> None:
        """Forget the question, drop what is being worked at, and follow the session no longer."""
        self.forget_question()
        if self._task is not None:
            self._task.drop()
            self._task = None
        self._session.changed.disconnect(self._refresh)
        self._session.data_changed.disconnect(self._refresh)
        self._session.read_anew.disconnect(self._refresh)

    def forget_question(self) -> None:
        """Have nobody told of the answer that is on its way."""
        self._question.forget()

    def ask(self, title: str, location: Location, deed: Callable[[Location], Any], on_done: Done) -> None:
        """Ask something of the workspace; ``on_done(answer, error)`` is called in the window's thread."""
        self.asked += 1
        self._question.ask(title, location, deed, on_done)

    def prepare(self, parent: QWidget, *, publishes: bool = False) -> str:
        """Return who is working, before the planner is asked anything about an act.

        :param publishes: the act is also for those who hand over and draw nothing.
        :raises GridError: when an act is still being written, no workspace is open, he may only look, unsaved edits
            wait, or nobody says who is working.
        """
        if self._task is not None:
            raise WorkspaceError("act_under_way")
        if self._session.location is None:
            raise WorkspaceError(_NONE_OPEN)
        if not publishes:
            refuse_where_nothing_is_drawn(self._session.location, shown_layers(QgsProject.instance()))
        self._session.refuse_pending_edits()
        return known_author(parent)

    def act(
        self,
        title: str,
        deed: Callable[[Any, Progress], Any],
        told: Callable[[Any], Sequence[Message]],
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        """Have ``deed(workspace, progress)`` done; then everything that shows the workspace shows what was written.

        :param told: what is said of the result. :param ended: called first, whatever came of it.
        """

        def written(result: Any) -> Sequence[Message]:
            self._session.reload()
            return told(result)

        self._run(title, deed, written, ended)

    def read_out(self, title: str, deed: Callable[[Any, Progress], Any], said: Message) -> None:
        """Have something made of the workspace that leaves it as it is, and say so.

        :raises WorkspaceError: ``act_under_way``.
        """
        if self._task is not None:
            raise WorkspaceError("act_under_way")
        self._run(title, deed, lambda _: [said])

    def _run(
        self,
        title: str,
        deed: Callable[[Any, Progress], Any],
        told: Callable[[Any], Sequence[Message]],
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        location = self._session.location
        if location is None:
            # It was closed while the planner was asked; what was entered is lost, so that is said.
            ended()
            self._shell.tell(Message(_NONE_OPEN), Qgis.MessageLevel.Warning)
            return

        def job(progress: Progress) -> Any:
            from gridmgmt_plugin.workspace.workspace import Workspace  # noqa: PLC0415  heavy

            return deed(Workspace.open(location), progress)

        def done(result: Any, error: GridError | None) -> None:
            self._task = None
            ended()
            if error is not None:
                self._shell.tell(error.message, Qgis.MessageLevel.Warning)
                return
            said = list(told(result))
            if said:
                is_vain = isinstance(result, Report) and not result.accepted
                level = Qgis.MessageLevel.Warning if is_vain else Qgis.MessageLevel.Success
                self._shell.tell(said[0], level, also=said[1:])

        self._task = JobTask(title, job, done).start()


class Desk(ABC):
    """A dock at the lower edge that an action shows and hides; who derives from it says how it is filled."""

    #: Key of the action, and the height of the dock when it is first shown.
    ACTION: str
    HEIGHT_PX: int

    def __init__(self, shell: Shell, dock: GridDock) -> None:
        self._shell, self._session = shell, shell.session
        self.dock: Any = dock
        dock.left.connect(shell.iface.mapCanvas().setFocus)
        dock.visibilityChanged.connect(self._mark_action)
        dock.lay_below(shell.iface, self.HEIGHT_PX)
        dock.hide()  # QGIS shows whatever is added to its window
        self._errands = Errands(shell, self.refresh)
        self._is_reading = False  # a question is on its way that nothing has made out of date

    def trigger(self, key: str, checked: bool) -> None:  # noqa: ARG002, FBT001  serves one action
        """Show or hide the dock."""
        asked = self._errands.asked
        self.dock.show_or_hide(is_wanted=checked)
        self._mark_action()
        # Whoever reads as soon as somebody sees the dock has asked by now, and may have been answered at once.
        if checked and not self._is_reading and self._errands.asked == asked:
            self.refresh()

    @abstractmethod
    def refresh(self) -> None:
        """Read again what the dock shows, in the background; while it is hidden nothing is read."""

    def close(self) -> None:
        """Take the dock out of QGIS."""
        self._errands.close()
        if is_alive(self.dock):
            self.dock.visibilityChanged.disconnect(self._mark_action)
            self._shell.iface.removeDockWidget(self.dock)
            self.dock.deleteLater()

    def _mark_action(self, *_: object) -> None:
        # Behind another dock's tab it is not visible, but not hidden either.
        self._shell.action(self.ACTION).setChecked(not self.dock.isHidden())
