"""What runs in QGIS's background for us."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from qgis.core import QgsApplication, QgsTask
from qgis.PyQt.QtCore import QCoreApplication, QElapsedTimer, QEventLoop, QThread, QThreadPool, QTimer

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.listing import told
from gridmgmt_plugin.project.abstract_qt import AbstractQt
from gridmgmt_plugin.project.i18n import language
from gridmgmt_plugin.workspace.patience import is_waiting

_LOOK_AGAIN_MS, _REST_MS = 50, 20
# A job asks at every step whether it was stopped; the longest are zip and last transaction of a large package.
_END_MS = 30_000
_titles: set[str] = set()


class BackgroundTask(QgsTask, metaclass=AbstractQt):
    """A task of ours. ``is_lost``: QGIS dropped it before it began; :meth:`hand_over` is called all the same.
    ``was_cancelled``: somebody had stopped it when it ended. ``has_ended``: what came of it was handed over.
    ``changes_nothing``: nobody misses anything when it is left to itself, as a question, a trial, a look
    into a file.

    QGIS shall not tell of its end, because we do; nor show one that only asks something (``is_question``) among the
    jobs under way, nor ask whether to stop it when QGIS is closed. QGIS before 3.26 knows neither silent nor hidden
    tasks: the message door takes away what it says.
    """

    def __init__(self, title: str, *, is_question: bool = False) -> None:
        super().__init__(title, _flags("Silent", *(["Hidden", "CancelWithoutPrompt"] if is_question else [])))
        self.title, self.is_question, self.changes_nothing = title, is_question, is_question
        self.is_lost = False
        self.was_cancelled = False
        self.has_ended = False
        _titles.add(title)

    def begin(self) -> None:
        """Wait for a thread; returns at once."""
        QgsApplication.taskManager().addTask(self)

    def finished(self, result: bool) -> None:  # noqa: ARG002, FBT001  QGIS calls this
        """Hand over what came of it; while the window waits for a server, when that is over."""
        self.was_cancelled = self.isCanceled()
        when_nobody_waits(self._end)

    def _end(self) -> None:
        self.has_ended = True
        self.hand_over()

    @abstractmethod
    def hand_over(self) -> None:
        """Give what came of it to who asked; in the window's thread. QGIS may have deleted its part of the task."""

    def give_up(self) -> None:
        """End without having begun."""
        self.is_lost = True
        self.cancel()


def task_threads() -> QThreadPool:
    """Return the threads that tasks run in: newer QGIS keeps some of its own for them, older takes Qt's."""
    manager = QgsApplication.taskManager()
    return manager.threadPool() if hasattr(manager, "threadPool") else QThreadPool.globalInstance()


def end_jobs() -> list[str]:
    """Stop the jobs of ours, and wait until they have ended and told what became of them, but not for ever.

    A job that is past its last moment to stop comes to its end. What changes nothing is left alone. The window lives
    on meanwhile and takes nothing in. Return the titles of those that did not end.
    """
    active = QgsApplication.taskManager().activeTasks()
    jobs = [task for task in active if isinstance(task, BackgroundTask) and not task.changes_nothing]
    for job in jobs:
        job.cancel()
    waited = QElapsedTimer()
    waited.start()
    while not all(job.has_ended for job in jobs) and not waited.hasExpired(_END_MS):
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents, _LOOK_AGAIN_MS)
        QThread.msleep(_REST_MS)  # that returns as soon as there is nothing to do
    return [job.title for job in jobs if not job.has_ended]


def is_title_of_ours(text: str) -> bool:
    """Tell whether a text is the title of a task that we have begun."""
    return text in _titles


def when_nobody_waits(call: Callable[[], None]) -> None:
    """Call, but not in the middle of a save or another deed that waits for a server: layers must not go then.

    In the window's thread; at once where nothing waits, else when that is over.
    """
    if is_waiting():
        QTimer.singleShot(_LOOK_AGAIN_MS, lambda: when_nobody_waits(call))
    else:
        call()


def _flags(*names: str) -> Any:
    """Return the flags of a task that can be cancelled, with those of ``names`` that this QGIS knows."""
    flags: Any = QgsTask.Flag.CanCancel
    for name in names:
        flags |= getattr(QgsTask.Flag, name, flags)
    return flags


def error_of(mistake: Exception) -> GridError:
    """Return what a mistake of ours is to who waits for an answer: a failure as any other."""
    return GridError("went_wrong", reason=f"{type(mistake).__name__}: {told(str(mistake), language())}")
