"""A survey that comes back: what was found outside, against what was sent out and what has changed here meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.inventory.components import gone_states
from gridmgmt_plugin.core.rows import Rows

_DIGITS = 3

#: Columns that are filled in outside; ``place`` stands for where a component is.
FILLED_IN = (
    "class_code", "name", "state", "owner_state", "department_code", "owner_code", "maintainer_code", "location",
    "accuracy", "old_code", "surveyed_on", "source", "photo", "note",
)  # fmt: skip
PLACE = "place"
NEW, MOVED, CHANGED, GONE, CONFLICT = "new", "moved", "changed", "gone", "conflict"
#: What a difference can be, in the order in which they are told.
KINDS = (NEW, MOVED, CHANGED, GONE, CONFLICT)


@dataclass(frozen=True)
class Difference:
    """One thing that the survey says otherwise: ``found`` and ``here`` are the rows of the file and of the workspace,
    −1 for none; ``column`` of :data:`FILLED_IN` or :data:`PLACE`, "" for a whole row; ``before``, ``after``: what
    stands here, and what the survey says.
    """

    kind: str
    found: int
    here: int
    column: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, eq=False)
class Comparison:
    """``differences``: in the order of :data:`KINDS`, then of the rows. ``lost``: rows of the file that were sent out
    and are not in the workspace any more, int64.
    """

    differences: tuple[Difference, ...]
    lost: np.ndarray

    def of(self, *kinds: str) -> tuple[Difference, ...]:
        """Return the differences of some kinds."""
        return tuple(one for one in self.differences if one.kind in kinds)


def compare_survey(found: Rows, sent: Rows, here: Rows, precision_m: float) -> Comparison:
    """Return what a survey found otherwise than it is here.

    A new point where one of its class stands that was not sent out is that one, so that a survey can come back twice.
    A value is the survey's where it differs from what was sent out. Where it was changed here as well, to something
    else, the two are in conflict; where both say the same, there is nothing to tell. A component that was sent out
    and did not come back is gone, unless its state says so already; was it changed here, that is a conflict.

    :param found: rows of the file, ``sent``: rows as they were sent out, both with ``number`` (of the row here, as
        text), the columns :data:`FILLED_IN` and geometry. :param here: rows of the workspace, whole.
    :param precision_m: who moved by less stayed where he was.
    """
    numbers = [str(number) for number in here.fids.tolist()]
    at_here = {number: row for row, number in enumerate(numbers)}
    at_sent = {number: row for row, number in enumerate(texts(sent, "number").tolist()) if number}
    tables = [_Table(rows) for rows in (found, sent, here)]
    known = {tables[2].spot(row) for number, row in at_here.items() if number not in at_sent}
    differences: list[Difference] = []
    lost, came_back = [], set()
    for row, number in enumerate(texts(found, "number").tolist()):
        if number not in at_sent or number in came_back:  # drawn outside, or copied from another point
            if tables[0].spot(row) not in known:
                differences.append(Difference(NEW, row, -1))
            continue
        came_back.add(number)
        if number not in at_here:
            lost.append(row)
            continue
        differences += _row(tables, (row, at_sent[number], at_here[number]), precision_m)
    for number, row in at_sent.items():
        if number in came_back or number not in at_here or tables[2].value("state", at_here[number]) in gone_states():
            continue
        other = _other(tables[1], row, tables[2], at_here[number], precision_m)
        differences.append(Difference(CONFLICT if other else GONE, -1, at_here[number]))
    order = {kind: at for at, kind in enumerate(KINDS)}
    differences.sort(key=lambda one: (order[one.kind], one.found, one.here))
    return Comparison(tuple(differences), np.array(lost, dtype=np.int64))


class _Table:
    """Texts of the columns that are filled in, and the points."""

    def __init__(self, rows: Rows) -> None:
        self.columns = {name: texts(rows, name) for name in FILLED_IN}
        self.points = rows.shapes
        self.x, self.y = shapely.get_x(rows.shapes), shapely.get_y(rows.shapes)

    def spot(self, row: int) -> tuple[str, float, float]:
        """Return class and place: the same there twice is one component."""
        return str(self.columns["class_code"][row]), round(self.x[row], _DIGITS), round(self.y[row], _DIGITS)

    def value(self, name: str, row: int) -> str:
        if name != PLACE:
            return str(self.columns[name][row])
        return "" if np.isnan(self.x[row]) else f"{self.x[row]:.3f} {self.y[row]:.3f}"


def _row(tables: Sequence[_Table], rows: tuple[int, int, int], precision_m: float) -> list[Difference]:
    found, sent, here = tables
    at, was, now = rows
    told = []
    changed_here = _other(sent, was, here, now, precision_m)
    for name in _other(found, at, sent, was, precision_m):
        values = here.value(name, now), found.value(name, at)
        if name in changed_here:
            if name in _other(found, at, here, now, precision_m):
                told.append(Difference(CONFLICT, at, now, name, *values))
        else:
            told.append(Difference(MOVED if name == PLACE else CHANGED, at, now, name, *values))
    return told


def _other(one: _Table, row: int, two: _Table, other: int, precision_m: float) -> list[str]:
    """Return the columns in which two rows differ; a row that lost its place did not move."""
    names = [name for name in FILLED_IN if one.columns[name][row] != two.columns[name][other]]
    distance = np.hypot(one.x[row] - two.x[other], one.y[row] - two.y[other])
    return [*names, *([PLACE] if distance > precision_m else [])]


def taken_values(differences: Sequence[Difference], found: Rows) -> Mapping[int, Mapping[str, str]]:
    """Return row of the workspace → column → value that the survey gives it, ``place`` left out."""
    columns = {name: texts(found, name) for name in FILLED_IN}
    taken: dict[int, dict[str, str]] = {}
    for one in differences:
        if one.here >= 0 and one.column in columns:
            taken.setdefault(one.here, {})[one.column] = str(columns[one.column][one.found])
    return taken
