"""A window on the open workspace whose buttons start acts: shown by its action, filled in the background."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from qgis.core import Qgis

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.people.desk import Errands
from gridmgmt_plugin.workspace.location import Location


class WindowDesk(ABC):
    """Answers one action; who derives from it says what the window reads and what its buttons do.

    :param window: has the signal ``wanted`` (deed, what it is about), both texts.
    """

    def __init__(self, shell: Shell, window: Any) -> None:
        self._shell, self.window = shell, window
        window.wanted.connect(lambda deed, about: shell.attempt(lambda: self._do(deed, about)))
        self._errands = Errands(shell, self.refresh)

    def trigger(self, key: str, checked: bool) -> None:  # noqa: ARG002, FBT001  serves one action
        """Show the window."""
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        self.refresh()

    def close(self) -> None:
        """Take the window away."""
        self._errands.close()
        if is_alive(self.window):
            self.window.deleteLater()

    def refresh(self) -> None:
        """Read again what the window shows, in the background; while it is closed nothing is read."""
        location = self._shell.session.location
        self._errands.forget_question()
        if location is None:
            self._show_none()
            self.window.hide()
        elif self.window.isVisible():
            self._errands.ask(self._reading_title(), location, self._read, self._answered)

    def _answered(self, answer: Any, error: GridError | None) -> None:
        if not is_alive(self.window):
            return
        if error is not None:
            self._shell.tell(error.message, Qgis.MessageLevel.Warning)
        elif answer is not None:
            self._show(answer)

    @abstractmethod
    def _reading_title(self) -> str:
        """Return what QGIS says is being read."""

    @staticmethod
    @abstractmethod
    def _read(location: Location) -> Any:
        """Return what the window shows; a worker thread calls this."""

    @abstractmethod
    def _show(self, answer: Any) -> None:
        """Show what was read."""

    def _show_none(self) -> None:  # noqa: B027  most windows are only hidden
        """Show nothing of a workspace that was closed."""

    @abstractmethod
    def _do(self, deed: str, about: str) -> None:
        """Do what a button stands for.

        :raises GridError: what hinders it.
        """
