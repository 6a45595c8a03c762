"""Duty zones (责任区) over points: which kinds lie there, and who manages them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.columns import numbered, texts
from gridmgmt_plugin.core.rows import Rows

NO_KIND = 0


@dataclass(frozen=True)
class Over:
    """What lies over s sets of zones, by number of the kind (k columns; column 0 stands for "no kind asked").

    ``present``: bool (s, k). ``manager``: int64 (s, k), number of the department that manages the zone of that kind,
    the smaller code of several, −1 where there is none. ``several``: bool (s, k), different managers.
    """

    present: np.ndarray
    manager: np.ndarray
    several: np.ndarray


class Zones:
    """The kinds and managers of the duty zones as numbers; departments of rules are numbered with them.

    :param departments: object array of texts, the departments that rules name; "" for none.
    """

    def __init__(self, zones: Rows, departments: np.ndarray) -> None:
        kinds, self._kind_of = numbered(np.append("", texts(zones, "kind")).astype(object))
        self._kind_of = self._kind_of[1:]
        self._numbers = {kind: number for number, kind in enumerate(kinds)}
        manager = texts(zones, "manager_code")
        # In text order, so that the smaller number is the smaller code.
        self.departments = np.array(sorted({"", *departments.tolist(), *manager.tolist()}), dtype=object)
        self._manager = self.department_numbers(manager)
        self._with_manager = {kind for kind, code in zip(texts(zones, "kind"), manager) if code}

    def has_manager(self, kind: str) -> bool:
        """Tell whether some zone of the kind is managed by somebody; of no kind in particular, never."""
        return kind != "" and kind in self._with_manager

    def kind_numbers(self, kinds: np.ndarray) -> np.ndarray:
        """Return the numbers of kinds, int64, −1 for one that no zone has; "" is 0."""
        return np.fromiter((self._numbers.get(kind, -1) for kind in kinds), dtype=np.int64, count=len(kinds))

    def department_numbers(self, codes: np.ndarray) -> np.ndarray:
        """Return the numbers of departments, int64; "" is 0."""
        return np.searchsorted(self.departments.astype(str), codes.astype(str)).astype(np.int64)

    def over(self, zone_sets: Sequence[tuple[int, ...]]) -> Over:
        """Return kinds and managers over sets of zones (row numbers)."""
        shape = (len(zone_sets), len(self._numbers) + 1)  # the last column: a kind that no zone has
        present, several = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
        present[:, NO_KIND] = True
        manager = np.full(shape, -1, dtype=np.int64)
        rows = np.repeat(np.arange(len(zone_sets)), [len(zones) for zones in zone_sets])
        zone = np.array([zone for zones in zone_sets for zone in zones], dtype=np.int64)
        kind, who = self._kind_of[zone], self._manager[zone]
        present[rows, kind] = True
        managed = who > 0
        rows, kind, who = rows[managed], kind[managed], who[managed]
        smallest = np.full(shape, len(self.departments), dtype=np.int64)
        np.minimum.at(smallest, (rows, kind), who)
        manager[rows, kind] = smallest[rows, kind]
        np.logical_or.at(several, (rows, kind), who != smallest[rows, kind])
        return Over(present, manager, several)


def group_zones(n: int, point: np.ndarray, zone: np.ndarray) -> tuple[np.ndarray, tuple[tuple[int, ...], ...]]:
    """Return for n points the set of zones over each, as positions in the list of distinct sets (0 = no zone).

    :param point, zone: int64 pairs ordered by point, then zone.
    """
    sets: dict[tuple[int, ...], int] = {(): 0}
    which = np.zeros(n, dtype=np.int64)
    points, start, count = np.unique(point, return_index=True, return_counts=True)
    listed = zone.tolist()
    for row, first, length in zip(points.tolist(), start.tolist(), count.tolist()):
        which[row] = sets.setdefault(tuple(listed[first : first + length]), len(sets))
    return which, tuple(sets)
