"""One run of an algorithm from a dialog: in QGIS's background, through the same door as in Processing."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from qgis.core import (
    Qgis,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingUtils,
    QgsProject,
)
from qgis.PyQt.QtCore import pyqtSignal

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.listing import told
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.frame.background_task import BackgroundTask
from gridmgmt_plugin.gui.frame.outcome import Outcome, outcome_message, told_message
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.jobs.memory import note_made
from gridmgmt_plugin.processing.base import GridAlgorithm
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.workspace.location import GeoPackageLocation, Location, parse_location


@dataclass(frozen=True)
class RunResult:
    """How a run ended. ``results``: the algorithm's outputs. ``problem``: why it did not, "" when it did; ``notes``:
    what it told on the way; ``refusal``: the error behind the problem, where the job itself refused.
    """

    results: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""
    is_cancelled: bool = False
    notes: tuple[str, ...] = ()
    refusal: GridError | None = None


Done = Callable[[RunResult], None]
Dress = Callable[[Any], None]
_REPORTS = "reports"
_TRACE = "Traceback (most recent call last)"


def report_place(key: str, location: Location | None) -> str:
    """Return where the report of a run of a job goes: beside a workspace's file that lies where we may write, else
    into a temporary file.
    """
    moment = clock.now().strftime("%Y%m%d-%H%M%S")
    if isinstance(location, GeoPackageLocation) and os.access(location.path.parent, os.W_OK):
        return str(location.path.parent / _REPORTS / f"{key}-{moment}.json")
    return str(QgsProcessingUtils.generateTempFilename("report.json"))


def named(title: str, location: Location | None) -> str:
    """Return the title of a job with the workspace that it is about, if there is one."""
    return title if location is None else f"{title} – {location.place}"


def tell_in_window(shell: Shell, title: str, location: Location | None, result: RunResult, stopped: str) -> None:
    """Tell in the message bar what became of a job whose dialog is gone, or whose workspace is open no more.

    :param stopped: what is true after a run that was stopped.
    """
    title = named(title, location)
    in_the_way = stopped if result.is_cancelled else result.problem
    if in_the_way:
        shell.tell(told_message(title, in_the_way), Qgis.MessageLevel.Warning)
        return
    note_made(location, result.results)
    outcome = Outcome.of(title, result.results)
    level = Qgis.MessageLevel.Warning if outcome.is_troubling else Qgis.MessageLevel.Success
    shell.tell(outcome_message(outcome), level)


def open_made(shell: Shell, place: str) -> Message | None:
    """Open a workspace that a job made; return what is to be told where something is in the way.

    Nobody has clicked just now: what is being edited stays as it is, and no question comes up.
    """
    try:
        shell.session.open(place)
    except GridError as error:
        return Message("workspace_made_not_open", {"place": parse_location(place).place, "reason": error.message})
    return None


class _Feedback(QgsProcessingFeedback):
    """Keeps what the algorithm tells; nothing of it goes into QGIS's log. ``outlined``: something to draw so far."""

    outlined = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__(False)
        self.notes: list[str] = []
        self._enough = Event()

    def is_enough(self) -> bool:
        """Tell whether the best result so far shall do; the worker's thread asks."""
        return self._enough.is_set()

    def settle(self) -> None:
        """Let the best result so far do; the window's thread calls this."""
        self._enough.set()

    def show_outlines(self, outlines: Any) -> None:
        """Have outlines drawn; the worker's thread calls this, the window's draws."""
        self.outlined.emit(outlines)

    def pushInfo(self, info: str) -> None:  # noqa: N802  QGIS's name
        self.notes.append(info)

    def pushWarning(self, warning: str) -> None:  # noqa: N802
        self.notes.append(warning)

    def reportError(self, error: str, fatalError: bool = False) -> None:  # noqa: ARG002, FBT001, N802, N803
        self.notes.append(error)


class JobRun(BackgroundTask):
    """``on_done`` is called once in the window's thread, unless :meth:`drop` came before.

    :param dress: what is done with a layer that comes out before the project shows it.
    :param rehearses: the job comes to its report and writes nothing into the workspace.
    """

    def __init__(
        self,
        algorithm: GridAlgorithm,
        parameters: Mapping[str, Any],
        on_done: Done,
        *,
        dress: Dress | None = None,
        rehearses: bool = False,
    ) -> None:
        title = tr("Working out what will happen …") if rehearses else algorithm.displayName()
        super().__init__(title)
        self.changes_nothing = rehearses
        self._parameters = dict(parameters)
        self._on_done: Done | None = on_done
        self._dress = dress
        self._context = QgsProcessingContext()
        self._context.setProject(QgsProject.instance())
        self._feedback = _Feedback()
        self._feedback.progressChanged.connect(self.setProgress)
        #: Object arrays of outlines, in the window's thread.
        self.outlined = self._feedback.outlined
        self._algorithm = algorithm.create()
        self._algorithm.rehearses = rehearses
        self._results: dict[str, Any] = {}
        self._problem = ""
        self._mistake: Exception | None = None

    def start(self) -> JobRun:
        """Take what is needed of the project's layers, then begin; returns at once."""
        if not self._algorithm.prepare(self._parameters, self._context, self._feedback):
            self._problem = tr("The layers could not be read.")
        self.begin()
        return self

    def drop(self) -> None:
        """Stop, and tell nobody any more."""
        self._on_done = None
        if is_alive(self):
            self.cancel()

    def settle(self) -> None:
        """Ask the job to end with the best it has, where it looks for ever better ones."""
        self._feedback.settle()

    def cancel(self) -> None:
        """Ask the job to stop."""
        self._feedback.cancel()
        super().cancel()

    def run(self) -> bool:
        """Do the job; a worker thread calls this."""
        if self._problem:
            return True
        try:
            self._results = self._algorithm.runPrepared(self._parameters, self._context, self._feedback)
        except QgsProcessingException as refused:
            self._problem = _told_in_a_sentence(str(refused))
        except Exception as mistake:  # a mistake of ours: raised again where QGIS shows it
            self._mistake = mistake
            self._problem = _went_wrong(told(str(mistake), language()))
        return True

    def hand_over(self) -> None:
        """Show the layers that came out, and hand the result over."""
        on_done, self._on_done = self._on_done, None
        if self.is_lost:
            self._problem = GridError("task_lost").text(language())
        if not self._problem and on_done is not None:
            self._results.update(self._algorithm.postProcess(self._context, self._feedback) or {})
            self._show_layers()
        if on_done is not None:
            cancelled = self._feedback.isCanceled() and not self._results and not self.is_lost
            notes, refusal = tuple(self._feedback.notes), self._algorithm.refusal
            on_done(RunResult(self._results, self._problem, cancelled, notes, refusal))
        if self._mistake is not None:
            raise self._mistake

    def _show_layers(self) -> None:
        """Put the layers into the project that were asked for."""
        for name, details in self._context.layersToLoadOnCompletion().items():
            layer = QgsProcessingUtils.mapLayerFromString(name, self._context)
            if layer is not None:
                details.setOutputLayerName(layer)
                self._context.temporaryLayerStore().takeMapLayer(layer)
                if self._dress is not None:
                    self._dress(layer)
                details.project.addMapLayer(layer)


def _told_in_a_sentence(refusal: str) -> str:
    """Return what stands in a job's way: of a mistake of ours, which QGIS tells and logs whole, its last line."""
    if not refusal.startswith(_TRACE):
        return refusal
    return _went_wrong(refusal.rstrip().rpartition("\n")[2])


def _went_wrong(reason: str) -> str:
    return GridError("went_wrong", reason=reason).text(language())
