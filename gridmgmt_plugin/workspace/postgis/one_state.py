"""One snapshot for many reads: it begins with the first of them, and in the same message."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.postgis.connection import Opening, connected
from gridmgmt_plugin.workspace.postgis.reading_together import OTHER_COLUMNS, as_known, read_together
from gridmgmt_plugin.workspace.reads.asked import Asked

if TYPE_CHECKING:
    import psycopg2.extensions


class OneState:
    """The snapshot of a schema. Who never reads in it costs the server nothing."""

    def __init__(self, location: PostgresLocation, stack: ExitStack) -> None:
        """``stack``: what ends it."""
        self._location, self._stack = location, stack
        self._connection: psycopg2.extensions.connection | None = None

    @property
    def connection(self) -> psycopg2.extensions.connection:
        """Return the connection that reads it."""
        if self._connection is None:
            self._connection = self._stack.enter_context(connected(self._location))
        return self._connection

    def read_together(self, reads: Sequence[Asked]) -> list[Rows]:
        """Return what several reads find in it."""
        found = self._begun_with(reads) if self._connection is None else None
        return read_together(self._location, reads, self.connection) if found is None else found

    def _begun_with(self, reads: Sequence[Asked]) -> list[Rows] | None:
        """Begin with several reads; return what they find, ``None`` where the columns have to be looked at first."""
        known = as_known(self._location, reads)
        if known is None:
            return None
        opening = Opening(told=known.told, values=known.values)
        try:
            self._connection = self._stack.enter_context(connected(self._location, opening=opening))
        except WorkspaceError as error:
            if error.code in OTHER_COLUMNS:
                return None
            raise
        return known.found(self._connection.told) if self._connection.structure == known.structure else None
