"""Statements that wait to be sent as one message, and what each of them did.

Of several statements in a message psycopg2 gives the rows of the last: what those before it did they leave in
settings of the transaction, which the last one asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from gridmgmt_plugin.workspace.postgis.commit import NUMBER
from gridmgmt_plugin.workspace.postgis.connection import run

if TYPE_CHECKING:
    from gridmgmt_plugin.workspace.postgis.connection import Connection

_LEFT = "gridmgmt.done_"
# Signs of values that one message holds at most, beside those of its last statement: a server takes a gigabyte.
_MOST_SIGNS = 8_000_000


class QueuedWrites:
    """Statements of one transaction in their order."""

    def __init__(self) -> None:
        #: Those that are written to.
        self.tables: dict[str, None] = {}
        self._statements: list[str] = []
        self._values: list[Any] = []
        self._settled: list[Callable[[str], None]] = []
        self._signs = 0

    def __bool__(self) -> bool:
        return bool(self._statements)

    def add(self, table: str, sql: str, values: Sequence[Any]) -> None:
        """Queue a statement of which nobody asks what it did."""
        self.tables[table] = None
        self._statements.append(sql)
        self._values += values
        self._signs += sum(len(value) for value in values if isinstance(value, str))

    def add_told(self, table: str, sql: str, values: Sequence[Any], told: str, settle: Callable[[str], None]) -> None:
        """Queue a statement that returns rows.

        :param told: an aggregate over these rows, as text. ``settle``: is called with what it was.
        """
        place = f"{_LEFT}{len(self._settled)}"
        self.add(
            table, f"WITH done AS ({sql}) SELECT set_config('{place}', coalesce({told}, ''), true) FROM done", values
        )
        self._settled.append(settle)

    def send(self, connection: Connection) -> int:
        """Run all statements and tell what they did; return the transaction's number.

        :raises psycopg2.Error: of the first that fails.
        """
        left = "".join(f", current_setting('{_LEFT}{at}')" for at in range(len(self._settled)))
        statements, values, settled = self._take()
        ((number, *told),) = run(connection, "; ".join([*statements, f"SELECT {NUMBER}{left}"]), values)
        for settle, text in zip(settled, told):
            settle(text)
        return int(number)

    def before(self, last: str) -> tuple[str, list[Any]]:
        """Return as one message what waits, of which nobody asks what it did, and a last statement."""
        statements, values, _ = self._take()
        return "; ".join([*statements, last]), values

    @property
    def is_long(self) -> bool:
        """Tell whether it is too much to wait for more."""
        return self._signs > _MOST_SIGNS

    @property
    def is_asked_for(self) -> bool:
        """Tell whether somebody waits for what a statement did."""
        return bool(self._settled)

    def _take(self) -> tuple[list[str], list[Any], list[Callable[[str], None]]]:
        taken = self._statements, self._values, self._settled
        self._statements, self._values, self._settled, self._signs = [], [], [], 0
        self.tables = {}
        return taken
