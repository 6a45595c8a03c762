"""Which rows a transaction has written, as far as they are few."""

from __future__ import annotations

from collections.abc import Iterable

from gridmgmt_plugin.workspace.news.news import MOST_ROWS, Rows


class Touched:
    """Collects it while the transaction runs; never more than a few numbers a table."""

    def __init__(self) -> None:
        self._rows: dict[str, set[int] | None] = {}

    def add(self, table: str, numbers: Iterable[int] | None = None) -> None:
        """Note rows by their numbers, ``None``: any of the table."""
        known = self._rows.setdefault(table, set())
        if known is None:
            return
        if numbers is not None:
            for number in numbers:
                known.add(int(number))
                if len(known) > MOST_ROWS:
                    break
        if numbers is None or len(known) > MOST_ROWS:
            self._rows[table] = None

    @property
    def rows(self) -> Rows:
        """Return table → row numbers, ``None`` where they are many."""
        return {table: numbers for table, numbers in self._rows.items() if numbers is None or numbers}
