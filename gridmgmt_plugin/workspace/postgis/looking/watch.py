"""Looks every few seconds where nothing can be heard: behind a pooler, and at a standby."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.news.news import News, tables_written
from gridmgmt_plugin.workspace.postgis.connection import run_alone
from gridmgmt_plugin.workspace.postgis.looking.board import NOTIFYING, TELLING, BoardRead, telling
from gridmgmt_plugin.workspace.postgis.looking.waking import Waking
from gridmgmt_plugin.workspace.postgis.looking.written import CountedRows, LinesOfTheLog

#: Seconds from one look to the next.
LOOK_S = 5.0
_WRITTEN, _TOLD = "written", "told"


class Looking:
    """Looks which tables were written and, where there is a board, what others tell; see
    :class:`gridmgmt_plugin.workspace.news.hearing.Source`. Also what this program writes is told: who wrote is not
    known to the server's counts. A look is one message.

    :param channel: of the schema. ``is_standby``: nobody can be told anything there. ``has_board``: see
        :mod:`gridmgmt_plugin.workspace.postgis.looking.board`.
    """

    def __init__(self, location: PostgresLocation, channel: str, *, is_standby: bool, has_board: bool) -> None:
        self._location, self._channel = location, channel
        self._is_standby, self._has_board = is_standby, has_board
        self._written: CountedRows | LinesOfTheLog = LinesOfTheLog() if is_standby else CountedRows()
        self._board = BoardRead()
        self._waking = Waking()
        self._next_look = 0.0

    def heard(self) -> Sequence[News]:
        """Look, unless it is too early; then wait."""
        if self._waking.wait(max(0.0, self._next_look - time.monotonic())):
            return []
        self._next_look = time.monotonic() + LOOK_S
        found = run_alone(self._location, *self._question())
        risen = self._written.risen([(a, b) for kind, a, b in found if kind == _WRITTEN])
        told = self._board.fresh([(a, b) for kind, a, b in found if kind == _TOLD])
        return [*([tables_written(risen)] if risen else []), *told]

    def _question(self) -> tuple[str, dict[str, Any]]:
        parts = {_WRITTEN: self._written.QUESTION, **({_TOLD: BoardRead.QUESTION} if self._has_board else {})}
        asked = [f"SELECT '{kind}', a::text, b::text FROM ({sql}) {kind} (a, b)" for kind, sql in parts.items()]
        line = self._written.line if isinstance(self._written, LinesOfTheLog) else None
        # The schema is among the settings that go along.
        values = {"channel": self._channel, "since": self._board.since, "line": line}
        return f"{' UNION ALL '.join(asked)} ORDER BY 1, 3", values

    def say(self, news: News) -> None:
        """Tell those who listen without a pooler between, and the others by the board; on a standby nobody."""
        if not self._is_standby:
            sql = TELLING if self._has_board else NOTIFYING
            run_alone(self._location, sql, telling(self._channel, news))

    def wake(self) -> None:
        """End the waiting."""
        self._waking.wake()

    def close(self) -> None:
        """Look no longer."""
        self._waking.close()
