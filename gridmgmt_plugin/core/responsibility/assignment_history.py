"""Which responsibility grid a unit grid belonged to at a moment in the past: the change log read backward."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from gridmgmt_plugin.core.rows import Rows

#: What is read of ``change_log``, of the rows about ``unit_grid``.
LOG_COLUMNS = ("changed_at", "row_key", "before")
_SECONDS = len("2026-03-31T10:00:00")


class AssignmentHistory:
    """The assignments of one scheme before each change of them."""

    def __init__(self, log: Rows, column: str) -> None:
        """Take the change log of unit grids, with :data:`LOG_COLUMNS`, and the column of the scheme."""
        events: dict[str, list[tuple[np.datetime64, Any]]] = {}
        for at, key, text in zip(log["changed_at"], log["row_key"], log["before"]):
            if not at or not text or f'"{column}"' not in text:
                continue
            attributes = json.loads(text).get("attributes", {})
            if column in attributes:
                moment = np.datetime64(str(at)[:_SECONDS], "s")
                events.setdefault(str(key), []).append((moment, attributes[column]))
        self._events = {key: sorted(found, key=lambda event: event[0]) for key, found in events.items()}

    def at_end_of(self, day: np.datetime64) -> dict[str, Any]:
        """Return for each unit grid whose assignment changed after a day what it was at that day's end."""
        end = (day.astype("datetime64[D]") + np.timedelta64(1, "D")).astype("datetime64[s]")
        found = {}
        for key, events in self._events.items():
            later = [before for moment, before in events if moment >= end]
            if later:
                found[key] = later[0]
        return found

    def at(self, units: np.ndarray, moment: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
        """Return what each unit grid belonged to at a moment, an object array (n,).

        Before it was first assigned it counts as what it was assigned to then: cases of last year can be told by the
        grids that were drawn this year.

        ``units``: object (n,), codes; ``moment``: datetime64[s] (n,), not missing; ``otherwise``: object (n,), what
        it belongs to where nothing has changed since.
        """
        found = otherwise.astype(object)
        changed = np.flatnonzero(np.fromiter((code in self._events for code in units), dtype=bool, count=len(units)))
        rows_of: dict[str, list[int]] = {}
        for row in changed.tolist():
            rows_of.setdefault(units[row], []).append(row)
        for code, rows in rows_of.items():
            events = self._events[code]
            first = int(events[0][1] is None)
            times = np.array([event[0] for event in events[first:]], dtype="datetime64[s]")
            next_change = np.searchsorted(times, moment[rows], side="right")
            for row, number in zip(rows, next_change.tolist()):
                if number < len(times):
                    found[row] = events[first + number][1]
        return found
