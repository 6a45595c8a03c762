"""What the planner takes of each overtaken row: the colleague's, his own, or some of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import shapely

from gridmgmt_plugin.editing.overtaken.sides import WITH_OUTLINE, OvertakenRow, Sides

#: The part of a row that is its outline, with all edits of outlines that touch it.
OUTLINE = "geometry"
#: The row itself, where it is there on one side only or nothing of the edits is left to choose.
WHOLE = "*"


class Side(Enum):
    """Whose version counts."""

    THEIRS = "theirs"
    MINE = "mine"


@dataclass(frozen=True, eq=False)
class Settled:
    """What a choice makes of the edits of one layer; row numbers are those of the table.

    ``values``, ``shapes``: what edited rows get back. ``returned``: rows that shall not be deleted after all.
    ``dropped``: QGIS's numbers of new rows that go. ``added``: values and shape of rows that come back though a
    colleague deleted them. ``ghosts``: rows that are no more and that the layer still shows for their edits.
    ``accepted``: row → version that counts as read. ``keys``: what the rows are called.
    """

    values: Mapping[int, Mapping[str, Any]]
    shapes: Mapping[int, Any]
    returned: tuple[int, ...]
    dropped: tuple[int, ...]
    added: tuple[tuple[Mapping[str, Any], Any], ...]
    ghosts: tuple[int, ...]
    accepted: Mapping[int, int]
    keys: tuple[str, ...]


class Choosing:
    """The choices of one planner about one layer, made one by one; nothing is changed by them.

    What nobody else changed is chosen from the beginning, as far as the log knows how it was; it can be chosen anew.
    """

    def __init__(self, sides: Sides) -> None:
        self.sides = sides
        self._outlines: dict[int, Side] = {}
        self._parts: dict[tuple[int, str], Side] = {}
        torn: set[int | None] = {at for at, ground in enumerate(sides.grounds) if ground.misfits}
        torn |= {row.ground for row in sides.rows if row.is_gone or not row.at or _differs(*row.shapes[:2])}
        for row in sides.rows:
            for part in () if row.is_gone or row.is_deleted else self.parts(row):
                if part == WHOLE:
                    self.choose(row, part, Side.THEIRS)  # both say the same
                elif row.ground not in torn if part == OUTLINE else _is_mine_alone(row, part):
                    self.choose(row, part, Side.MINE)

    def parts(self, row: OvertakenRow) -> tuple[str, ...]:
        """Return what is chosen of a row: names of columns, :data:`OUTLINE`, or :data:`WHOLE`."""
        outline = (OUTLINE,) if row.ground is not None else ()
        if row.is_gone or row.is_deleted:
            return outline or (WHOLE,)
        return (*outline, *row.fields) or (WHOLE,)

    def can_keep(self, row: OvertakenRow, part: str) -> bool:
        """Tell whether the planner's own version of a part can be had: not of a cell whose ground others have, nor
        of a row that nobody knows the values of.
        """
        if row.ground is not None and part == OUTLINE:
            return self.sides.grounds[row.ground].can_keep
        if part == WHOLE:
            return not row.is_gone or row.is_deleted or (self.sides.table not in WITH_OUTLINE and bool(row.was))
        return True

    def choose(self, row: OvertakenRow, part: str, side: Side) -> None:
        """Take one side of a part; of an outline for all rows whose edits touch it."""
        if side is Side.MINE and not self.can_keep(row, part):
            return
        if part == OUTLINE and row.ground is not None:
            self._outlines[row.ground] = side
        else:
            self._parts[row.fid, part] = side

    def choose_all(self, row: OvertakenRow, side: Side) -> None:
        """Take one side of everything of a row."""
        for part in self.parts(row):
            self.choose(row, part, side)

    def side(self, row: OvertakenRow, part: str) -> Side | None:
        """Return what is chosen of a part, ``None`` as long as nothing is."""
        if part == OUTLINE and row.ground is not None:
            return self._outlines.get(row.ground)
        return self._parts.get((row.fid, part))

    def is_settled(self, row: OvertakenRow) -> bool:
        """Tell whether everything of a row is chosen."""
        return all(self.side(row, part) is not None for part in self.parts(row))

    def chosen(self, row: OvertakenRow) -> Side | None:
        """Return the side that is taken of everything of a row, ``None`` where it is not one."""
        sides = {self.side(row, part) for part in self.parts(row)}
        return sides.pop() if len(sides) == 1 else None

    @property
    def open_rows(self) -> tuple[OvertakenRow, ...]:
        """Return the rows of which something is still to be chosen."""
        return tuple(row for row in self.sides.rows if not self.is_settled(row))

    @property
    def settled(self) -> Settled:
        """Return what the choices make of the edits; rows that are not settled stay overtaken."""
        rows = [row for row in self.sides.rows if self.is_settled(row)]
        values: dict[int, dict[str, Any]] = {}
        shapes: dict[int, Any] = {}
        returned: set[int] = set()
        dropped: set[int] = set()
        for ground in {row.ground for row in rows if row.ground is not None}:
            if self._outlines[ground] is Side.THEIRS:
                self._give_back(ground, values, shapes, returned)
                dropped.update(self.sides.grounds[ground].added)
        added = []
        for row in rows:
            for name in row.fields:
                if self._parts.get((row.fid, name)) is Side.THEIRS:
                    values.setdefault(row.fid, {})[name] = row.theirs[name]
            whole = self._parts.get((row.fid, WHOLE))
            if whole is Side.THEIRS and row.is_deleted and not row.is_gone:
                returned.add(row.fid)
            if whole is Side.MINE and row.is_gone and not row.is_deleted:
                added.append((row.mine, row.shapes[2]))
        return Settled(
            values=values,
            shapes=shapes,
            returned=tuple(sorted(returned)),
            dropped=tuple(sorted(dropped)),
            added=tuple(added),
            ghosts=tuple(row.fid for row in rows if row.is_gone and not row.is_deleted),
            accepted={row.fid: row.version for row in rows},
            keys=tuple(row.key for row in rows if row.key),
        )

    def _give_back(
        self, ground: int, values: dict[int, dict[str, Any]], shapes: dict[int, Any], returned: set[int]
    ) -> None:
        """Give the rows of touching edits the outlines that are stored, and what goes with these."""
        sides = self.sides
        place = {fid: at for at, fid in enumerate(sides.stored.fids.tolist())}
        for fid in sides.grounds[ground].rows:
            if fid not in place:
                continue
            if fid in sides.pending.deleted:
                returned.add(fid)
            if fid in sides.pending.shapes:
                shapes[fid] = sides.stored.shapes[place[fid]]
            for name in WITH_OUTLINE.get(sides.table, ()):
                if name in sides.pending.values.get(fid, {}):
                    values.setdefault(fid, {})[name] = sides.stored[name][place[fid]]


def _is_mine_alone(row: OvertakenRow, name: str) -> bool:
    return name in row.was and bool(row.was[name] == row.theirs.get(name))


def _differs(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is not other
    return not shapely.equals_exact(one, other, 0.0)
