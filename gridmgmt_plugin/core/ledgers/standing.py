"""How the items of a ledger stand on a day: done, open, overdue, new, changed, no longer listed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.columns import days, texts
from gridmgmt_plugin.core.rows import Rows

#: Columns of items that :func:`stand` asks for.
COLUMNS = ("status", "due_on", "added_on", "changed_on", "gone_on", "prior_status")


@dataclass(frozen=True)
class Standing:
    """Bool (n,) each. ``listed``: still in the ledger; all others but ``gone`` hold only for listed items.
    ``done``, ``overdue`` (not done and due before the day); ``new``, ``changed`` (another status), ``gone``: by the
    import of one day.
    """

    listed: np.ndarray
    done: np.ndarray
    overdue: np.ndarray
    new: np.ndarray
    changed: np.ndarray
    gone: np.ndarray

    @property
    def items(self) -> np.ndarray:
        """Return what the ledger lists."""
        return self.listed

    @property
    def open(self) -> np.ndarray:
        """Return what it lists and is not done."""
        still_open: np.ndarray = self.listed & ~self.done
        return still_open

    def counts(self) -> dict[str, int]:
        """Return how many items stand how: one number for each of :data:`FIGURES`."""
        return {name: int(getattr(self, name).sum()) for name in FIGURES}


#: What :meth:`Standing.counts` counts.
FIGURES = ("items", "open", "done", "overdue", "new", "changed", "gone")


def stand(items: Rows, done: Collection[str], today: str, since: str) -> Standing:
    """Return how items of one ledger stand.

    :param items: with :data:`COLUMNS`. :param done: the statuses that count as done.
    :param today: ISO 8601 day; what is due on it is not overdue yet. :param since: ISO 8601 day of the import by
        which items are new, changed or gone; "" for none.
    """
    day = np.datetime64(today, "D")
    listed = np.isnat(days(items, "gone_on"))
    due = days(items, "due_on")
    is_done = listed & np.isin(texts(items, "status").astype(str), list(done))
    overdue = listed & ~is_done & ~np.isnat(due) & (due < day)
    nothing = np.zeros(len(items), dtype=bool)
    if not since:
        return Standing(listed, is_done, overdue, nothing, nothing, nothing)
    last = np.datetime64(since, "D")
    new = listed & (days(items, "added_on") == last)
    changed = listed & ~new & (days(items, "changed_on") == last)
    return Standing(listed, is_done, overdue, new, changed, days(items, "gone_on") == last)


def states_of(standing: Standing) -> list[frozenset[str]]:
    """Return for each item which of :data:`FIGURES` count it."""
    columns = [getattr(standing, name).tolist() for name in FIGURES]
    return [frozenset(name for name, holds in zip(FIGURES, row) if holds) for row in zip(*columns)]
