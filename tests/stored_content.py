"""Everything that a file of SQLite holds, to prove that nothing changed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def content_of(path: Path) -> list[str]:
    """Return what the tables, indexes and triggers of a file are, and each row of each table in its order.

    All as it is written: 1 and 1.0 are not the same in a file.
    """
    with closing(sqlite3.connect(f"{Path(path).resolve().as_uri()}?mode=ro", uri=True)) as connection:
        found: list[tuple] = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
        for kind, name, _ in list(found):
            if kind == "table":
                found += [(name, *row) for row in connection.execute(f'SELECT * FROM "{name}"')]
    return [repr(row) for row in found]
