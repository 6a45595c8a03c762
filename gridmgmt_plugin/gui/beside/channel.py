"""What colleagues tell of the open workspace, and what they are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal

from gridmgmt_plugin.core.redaction.texts import redact
from gridmgmt_plugin.gui.frame.background_task import when_nobody_waits
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.opening.database_login import has_unlocked_logins
from gridmgmt_plugin.project.settings import author
from gridmgmt_plugin.workspace.location import Location, PostgresLocation
from gridmgmt_plugin.workspace.news.hearing import Hearing
from gridmgmt_plugin.workspace.news.news import OWN_MARK, News

# Somebody pastes a whole paragraph for a name; a message has room for so many signs of it beside its content.
_LONGEST_NAME = 60


class Channel(QObject):
    """One for a window (``shell.channel``): listens while a workspace is open, without asking for a login.

    ``arrived`` brings what others tell as a list of :class:`~gridmgmt_plugin.workspace.news.news.News`, in the
    window's thread and never in the middle of a deed that waits for a server. Every transaction that writes is told
    by itself, with its tables and, where they are few, rows (kind ``written``, ``news.rows``); ``news.who`` is its
    author, ``news.sender`` the mark of his program run.

    How to use it for more: take a ``kind`` of your own, call ``shell.channel.send(kind, content)`` in the window's
    thread (``content``: up to 7 kilobytes of what JSON can hold; whoever may log in to the database can read it and
    send the like, so tell nothing private and believe nothing), and look for it in ``arrived``. What is sent while
    the connection is lost is forgotten: say again now and then what shall stay true, and let what you hear expire.
    After a lost connection ``arrived`` tells once that any table may have been written. A file, a standby, and a
    server behind a pooler where there is no board, bring only ``written``; these three, and what is looked up behind
    a pooler, have neither its rows nor names.
    """

    arrived = pyqtSignal(list)
    _heard = pyqtSignal(object, list)
    _mistaken = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        self._hearing: Hearing | None = None
        self._waiting: list[News] = []
        self._heard.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._mistaken.connect(_raise, Qt.ConnectionType.QueuedConnection)

    def follow(self, location: Location | None) -> None:
        """Listen to another workspace from now on, or to none."""
        if self._hearing is not None:
            self._hearing.stop()
            self._hearing = None
        self._waiting = []
        if location is not None:
            hearing = Hearing(
                location,
                lambda news: self._bring(hearing, news),
                lambda: _is_unlocked(location),
                lambda mistake: self._bring_mistake(hearing, mistake),
            )
            self._hearing = hearing
            hearing.start()

    def send(self, kind: str, content: Mapping[str, Any]) -> None:
        """Tell everybody else who has the workspace open; returns at once. What cannot be told is forgotten."""
        if self._hearing is not None:
            self._hearing.say(News(kind, content, OWN_MARK, redact(author())[:_LONGEST_NAME]))

    def _bring(self, hearing: Hearing, news: Sequence[News]) -> None:
        """Take over in the thread that hears: what a window that is gone is told is lost."""
        try:
            self._heard.emit(hearing, list(news))
        except RuntimeError:
            hearing.stop()

    def _bring_mistake(self, hearing: Hearing, mistake: Exception) -> None:
        try:
            self._mistaken.emit(mistake)
        except RuntimeError:
            hearing.stop()

    def _take(self, hearing: Hearing, news: list[News]) -> None:
        if hearing is self._hearing:
            self._waiting += news
            when_nobody_waits(self._hand_over)

    def _hand_over(self) -> None:
        """Hand over all that waits, in the order in which it was told: who comes and goes must not go and come."""
        news, self._waiting = self._waiting, []
        if news and is_alive(self):
            self.arrived.emit(news)


def _raise(mistake: Exception) -> None:
    """Raise a mistake of ours in the window's thread, where QGIS shows it."""
    raise mistake


def _is_unlocked(location: Location) -> bool:
    return not isinstance(location, PostgresLocation) or has_unlocked_logins(location)
