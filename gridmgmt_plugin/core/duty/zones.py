"""Duty zones (责任区) over points: which kinds lie there, and who manages them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.columns import numbered, texts
from gridmgmt_plugin.core.duty.successors import Successors
from gridmgmt_plugin.core.rows import Rows

NO_KIND = 0


@dataclass(frozen=True)
class Over:
    """What lies over s sets of zones, by number of the kind (k columns; column 0 stands for "no kind asked").

    ``present``: bool (s, k). ``manager``: int64 (s, k), number of the department that manages the zone of that kind,
    the smaller code of several, −1 where there is none. ``named``: the same, as the zone names it, before anybody
    took its work over. ``several``: bool (s, k), different managers.
    """

    present: np.ndarray
    manager: np.ndarray
    named: np.ndarray
    several: np.ndarray


class Zones:
    """The kinds and managers of the duty zones as numbers; departments of rules are numbered with them.

    :param departments: object array of texts, the departments that rules name; "" for none. :param successors: who
        takes over the work of whom.
    """

    def __init__(self, zones: Rows, departments: np.ndarray, successors: Successors | None = None) -> None:
        kinds, self._kind_of = numbered(np.append("", texts(zones, "kind")).astype(object))
        self._kind_of = self._kind_of[1:]
        self._numbers = {kind: number for number, kind in enumerate(kinds)}
        manager = texts(zones, "manager_code")
        # In text order, so that the smaller number is the smaller code.
        self._successors = successors or Successors(Rows())
        known = {"", *departments.tolist(), *manager.tolist(), *self._successors.codes}
        self.departments = np.array(sorted(known), dtype=object)
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

    def taking_over(self, day: np.datetime64) -> np.ndarray:
        """Return for each department by number who has its work on a day, int64."""
        return self.department_numbers(self._successors.on(self.departments, np.array(day)))

    def over(self, zone_sets: Sequence[tuple[int, ...]], taking_over: np.ndarray | None = None) -> Over:
        """Return kinds and managers over sets of zones (row numbers); ``taking_over``: see :meth:`taking_over`."""
        shape = (len(zone_sets), len(self._numbers) + 1)  # the last column: a kind that no zone has
        present, several = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
        present[:, NO_KIND] = True
        manager = np.full(shape, -1, dtype=np.int64)
        rows = np.repeat(np.arange(len(zone_sets)), [len(zones) for zones in zone_sets])
        zone = np.array([zone for zones in zone_sets for zone in zones], dtype=np.int64)
        kind, named = self._kind_of[zone], self._manager[zone]
        who = named if taking_over is None else taking_over[named]
        present[rows, kind] = True
        managed = who > 0
        rows, kind, who, named = rows[managed], kind[managed], who[managed], named[managed]
        smallest = _smallest(shape, rows, kind, who, len(self.departments))
        manager[rows, kind] = smallest[rows, kind]
        np.logical_or.at(several, (rows, kind), who != smallest[rows, kind])
        chosen = who == smallest[rows, kind]
        as_named = _smallest(shape, rows[chosen], kind[chosen], named[chosen], -1)
        return Over(present, manager, as_named, several)


def _smallest(
    shape: tuple[int, int], rows: np.ndarray, kind: np.ndarray, numbers: np.ndarray, nothing: int
) -> np.ndarray:
    """Return the smallest number at each place, int64; ``nothing`` where there is none."""
    found = np.full(shape, np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(found, (rows, kind), numbers)
    found[found == np.iinfo(np.int64).max] = nothing
    return found


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
