"""Which tables were written, by what a server counts or stores: also by programs that tell nothing.

A standby counts what is asked of itself alone, not what it copies: there the lines of the change log tell.

Source: PostgreSQL's manual, ``pg_stat_user_tables`` and "Hot Standby".
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from gridmgmt_plugin.workspace.news.news import WRITTEN, News
from gridmgmt_plugin.workspace.schema import tables

# The server counts what was written up to so many seconds later.
LATE_S = 15.0


class CountedRows:
    """How many rows of each table the server has seen written, and which tables were told of meanwhile."""

    #: Asks for a name and a number each, with ``%(schema)s``.
    QUESTION = (
        "SELECT relname::text, (n_tup_ins + n_tup_upd + n_tup_del)::bigint FROM pg_stat_user_tables"
        " WHERE schemaname = %(schema)s"
    )

    def __init__(self) -> None:
        self._known: dict[str, int] | None = None
        self._told: dict[str, float] = {}
        self._looked = 0.0

    def note_told(self, news: News) -> None:
        """Remember what the counts will show as well."""
        if news.kind == WRITTEN:
            self._told.update(dict.fromkeys(news.rows, time.monotonic()))

    def risen(self, answer: Sequence[tuple[Any, ...]]) -> list[str]:
        """Return the tables that were written since this was last asked, without those that somebody told of."""
        found = {name: int(count) for name, count in answer if name in tables()}
        known, since = self._known, self._looked - LATE_S
        self._known, self._looked = found, time.monotonic()
        if known is None:
            return []
        risen = [name for name, count in found.items() if count != known.get(name, count)]
        return [name for name in risen if self._told.get(name, 0.0) < since]


class LinesOfTheLog:
    """The number of the last line of the change log that was looked at. Who may not read it sees nothing."""

    #: Asks for a table, ``None`` where a job wrote what it did not name, and its last line, with ``%(line)s``.
    QUESTION = (
        "SELECT CASE WHEN row_key IS NOT NULL THEN table_name END, max(fid) FROM change_log"
        " WHERE fid > coalesce(%(line)s::bigint, (SELECT max(fid) - 1 FROM change_log)) GROUP BY 1"
    )

    def __init__(self) -> None:
        self.line: int | None = None

    def risen(self, answer: Sequence[tuple[Any, ...]]) -> list[str]:
        """Return the tables of which lines were written since this was last asked: all for one of a job."""
        is_first, self.line = self.line is None, max([self.line or 0, *(int(line) for _, line in answer)])
        if is_first or not answer:
            return []
        names = {name for name, _ in answer}
        return [name for name in tables() if None in names or name in names or name == "change_log"]
