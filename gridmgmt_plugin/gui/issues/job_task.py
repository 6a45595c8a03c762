"""Run a job on a snapshot in QGIS's background, with progress and cancel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gridmgmt_plugin.core.errors import Cancelled, GridError
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.gui.frame.background_task import BackgroundTask, error_of
from gridmgmt_plugin.gui.frame.qt import is_alive

Job = Callable[[Progress], Any]
Done = Callable[[Any, "GridError | None"], None]


class JobTask(BackgroundTask):
    """One job; ``on_done(result, error)`` is called in the window's thread, unless :meth:`drop` came before.

    A mistake of ours is an error as any other for who waits, and raised where QGIS shows it. A job that was past
    its last moment to stop when somebody stopped it hands over its result: it may have written.

    :param only_looks: it changes nothing, and nobody misses what it finds once who asked is gone.
    """

    def __init__(self, title: str, job: Job, on_done: Done, *, only_looks: bool = False) -> None:
        super().__init__(title)
        self.changes_nothing = only_looks
        self._job = job
        self._on_done: Done | None = on_done
        self._result: Any = None
        self._is_done = False
        self._error: GridError | None = None
        self._mistake: Exception | None = None

    def start(self) -> JobTask:
        """Begin; returns at once."""
        self.begin()
        return self

    def drop(self) -> None:
        """Stop, and tell nobody any more."""
        self._on_done = None
        if is_alive(self):
            self.cancel()

    def run(self) -> bool:
        """Do the job; a worker thread calls this."""
        try:
            self._result = self._job(Progress(lambda part: self.setProgress(100.0 * part), self.isCanceled))
            self._is_done = True
        except GridError as error:
            self._error = error
        except Exception as mistake:  # a mistake of ours: raised again where QGIS shows it
            self._mistake, self._error = mistake, error_of(mistake)
        return True

    def hand_over(self) -> None:
        """Hand the result over."""
        told, self._on_done = self._on_done, None
        try:
            if told is not None:
                told(self._result, self._ending())
        finally:
            if self._mistake is not None:
                raise self._mistake

    def _ending(self) -> GridError | None:
        if self.is_lost:
            return GridError("task_lost")
        is_stopped = self.was_cancelled and not self._is_done and self._error is None
        return Cancelled() if is_stopped else self._error
