"""Many rows written by few statements: SQLite takes fifty rows at once in little more than half the time of fifty."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from itertools import chain, islice
from typing import Any

from gridmgmt_plugin.workspace.gpkg.connection import quoted

# SQLite before 3.32 takes no more values in a statement; thirty times as many gain nothing that can be measured.
_MOST_VALUES = 999


def insert_many(
    connection: sqlite3.Connection, table: str, names: Sequence[str], columns: Sequence[Sequence[Any]]
) -> None:
    """Add rows to a table; part of the open transaction.

    :param columns: the values of each of the columns ``names``, all of one length.
    """
    width = len(names)
    at_once = max(1, _MOST_VALUES // width)
    head = f"INSERT INTO {quoted(table)} ({', '.join(map(quoted, names))}) VALUES "
    marks = f"({', '.join('?' * width)})"
    rows, count = zip(*columns), len(columns[0])
    for many, some in ((at_once, count - count % at_once), (1, count % at_once)):
        flat = chain.from_iterable(islice(rows, some))
        connection.executemany(head + ", ".join([marks] * many), zip(*[flat] * (width * many)))
