"""Writes that wait to be sent as one message, and what each of them did.

As many as can be are one statement: a ``WITH`` of which each part writes to a table. Two that concern the same rows
cannot, for a statement changes a row once. Of several statements in a message psycopg2 gives the rows of the last:
what those before it did they leave in settings of the transaction, which the last one asks for.

Source: PostgreSQL's manual, "Data-Modifying Statements in WITH". The parts are carried out in their order: as they
are asked for what they did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gridmgmt_plugin.workspace.postgis.commit import NUMBER
from gridmgmt_plugin.workspace.postgis.connection import run

if TYPE_CHECKING:
    from gridmgmt_plugin.workspace.postgis.connection import Connection

_LEFT = "gridmgmt.done_"
# Signs of values that one message holds at most, beside those of its last statement: a server takes a gigabyte.
_MOST_SIGNS = 8_000_000


_NO_ROWS = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class _Write:
    """A statement that returns rows, with its parameters. ``told``: an aggregate over these rows, as text, with which
    ``settle`` is called. ``rows``: numbers of the stored rows that it locks, changes or removes.
    """

    table: str
    sql: str
    values: Sequence[Any]
    told: str
    settle: Callable[[str], None] | None
    rows: np.ndarray


class QueuedWrites:
    """Writes of one transaction in their order."""

    def __init__(self) -> None:
        self._writes: list[_Write] = []
        self._signs = 0

    def __bool__(self) -> bool:
        return bool(self._writes)

    @property
    def tables(self) -> list[str]:
        """Return those that are written to."""
        return list(dict.fromkeys(write.table for write in self._writes))

    def add(self, table: str, sql: str, values: Sequence[Any], rows: np.ndarray = _NO_ROWS) -> None:
        """Queue a statement that writes, and of which nobody asks what it did.

        :param rows: see :meth:`add_told`.
        """
        self._add(_Write(table, f"{sql} RETURNING 1", values, "count(*)::text", None, rows))

    def add_told(
        self,
        table: str,
        sql: str,
        values: Sequence[Any],
        told: str,
        settle: Callable[[str], None],
        rows: np.ndarray = _NO_ROWS,
    ) -> None:
        """Queue a statement that returns rows.

        :param told: an aggregate over these rows, as text. ``settle``: is called with what it was. ``rows``: numbers
            of the stored rows that it locks, changes or removes.
        """
        self._add(_Write(table, sql, values, told, settle, rows))

    def send(self, connection: Connection) -> int:
        """Run all statements and tell what they did; return the transaction's number.

        :raises psycopg2.Error: of the first that fails.
        """
        writes = self._take()
        *before, last = list(_together(writes)) or [[]]
        left = [f"current_setting('{_LEFT}{at}')" for at in range(sum(map(len, before)))]
        told = [NUMBER, *left, *_what_they_did(last)]
        statements = [*_leaving(before), f"{_with(last)}SELECT {', '.join(told)}"]
        values = [value for write in writes for value in write.values]
        ((number, *found),) = run(connection, "; ".join(statements), values)
        for write, text in zip(writes, found):
            if write.settle is not None:
                write.settle(text)
        return int(number)

    def before(self, last: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
        """Return as one message what waits, of which nobody asks what it did, and what comes last."""
        writes = self._take()
        statements = [*_leaving(list(_together(writes))), last]
        return "; ".join(statements), [*(value for write in writes for value in write.values), *values]

    @property
    def is_long(self) -> bool:
        """Tell whether it is too much to wait for more."""
        return self._signs > _MOST_SIGNS

    @property
    def is_asked_for(self) -> bool:
        """Tell whether somebody waits for what a statement did."""
        return any(write.settle is not None for write in self._writes)

    def _add(self, write: _Write) -> None:
        self._writes.append(write)
        self._signs += sum(len(value) for value in write.values if isinstance(value, str))

    def _take(self) -> list[_Write]:
        taken = self._writes
        self._writes, self._signs = [], 0
        return taken


def _together(writes: Sequence[_Write]) -> Iterator[list[_Write]]:
    """Yield, in their order, the writes that can be one statement."""
    some: list[_Write] = []
    for write in writes:
        if any(one.table == write.table and np.isin(one.rows, write.rows).any() for one in some):
            yield some
            some = []
        some.append(write)
    if some:
        yield some


def _leaving(parts: Sequence[Sequence[_Write]]) -> list[str]:
    """Return statements that leave what they did."""
    place, statements = 0, []
    for part in parts:
        left = []
        for told in _what_they_did(part):
            left.append(f"set_config('{_LEFT}{place}', {told}, true)")
            place += 1
        statements.append(f"{_with(part)}SELECT {', '.join(left)}")
    return statements


def _with(part: Sequence[_Write]) -> str:
    listed = ", ".join(f"done_{at} AS ({write.sql})" for at, write in enumerate(part))
    return f"WITH {listed} " if listed else ""


def _what_they_did(part: Sequence[_Write]) -> list[str]:
    return [f"(SELECT coalesce({write.told}, '') FROM done_{at})" for at, write in enumerate(part)]
