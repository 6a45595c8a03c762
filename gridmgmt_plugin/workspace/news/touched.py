"""What a transaction has written: which rows, as far as they are few, and where rows or shapes came or went."""

from __future__ import annotations

from collections.abc import Iterable

from gridmgmt_plugin.workspace.counts.counted import MOST_PLACES
from gridmgmt_plugin.workspace.news.news import MOST_ROWS, News, written


class Touched:
    """Collects it while the transaction runs; never more than a few numbers a table."""

    def __init__(self) -> None:
        self._rows: dict[str, set[int] | None] = {}
        self._reshaped: set[str] = set()
        self._places: dict[str, dict[str, set[str] | None]] = {}

    def add(self, table: str, numbers: Iterable[int] | None = None, *, reshaped: bool = True) -> None:
        """Note rows by their numbers, ``None``: any of the table.

        :param reshaped: rows came or went, or shapes are others.
        """
        known = self._rows.get(table, set())
        if numbers is None or known is None:
            self._rows[table] = None
        else:
            for number in numbers:
                known.add(int(number))
                if len(known) > MOST_ROWS:
                    break
            if not known:
                return
            self._rows[table] = known if len(known) <= MOST_ROWS else None
        if reshaped:
            self._reshaped.add(table)

    def add_places(self, table: str, column: str, codes: Iterable[str | None] | None) -> None:
        """Note codes of which rows were given to a table or taken from it, ``None``: any."""
        columns = self._places.setdefault(table, {})
        known = columns.get(column, set())
        more = None if codes is None or known is None else known | {code or "" for code in codes}
        columns[column] = None if more is None or len(more) > MOST_PLACES else more

    def holds(self, table: str) -> bool:
        """Tell whether rows of a table were noted."""
        return table in self._rows

    def news(self, who: str) -> News | None:
        """Return what others are told of it, ``None`` when nothing was written."""
        return written(self._rows, self._reshaped, who, self._places) if self._rows else None
