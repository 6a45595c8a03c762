"""What colleagues wrote since it was last looked at, however many told of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from gridmgmt_plugin.workspace.news.news import WRITTEN, News


@dataclass
class Burst:
    """``rows``: table → row numbers, ``None`` where they are many or not known. ``reshaped``: the tables that got or
    lost rows or shapes. ``people``: who wrote, as far as that is known.
    """

    rows: dict[str, set[int] | None] = field(default_factory=dict)
    reshaped: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)

    def add(self, heard: Iterable[News]) -> None:
        """Take in news of what was written; others are passed over."""
        for news in heard:
            if news.kind != WRITTEN:
                continue
            rows = {table: None if numbers is None else set(numbers) for table, numbers in news.rows.items()}
            self.join(Burst(rows, set(news.reshaped), {news.who} - {""}))

    def join(self, other: Burst) -> None:
        """Take in what another one holds."""
        for table, numbers in other.rows.items():
            known = self.rows.get(table, set())
            self.rows[table] = None if known is None or numbers is None else known | numbers
        self.reshaped |= other.reshaped
        self.people |= other.people

    def parted(self, held: Collection[str]) -> tuple[Burst, Burst]:
        """Return what was written of other tables than those to hold back, and of these."""
        both = []
        for is_held in (False, True):
            rows = {table: numbers for table, numbers in self.rows.items() if (table in held) is is_held}
            both.append(Burst(rows, self.reshaped.intersection(rows), set(self.people)))
        return both[0], both[1]

    def touches(self, table: str, row: int) -> bool:
        """Tell whether a row may have been written."""
        if table not in self.rows:
            return False
        numbers = self.rows[table]
        return numbers is None or row in numbers
