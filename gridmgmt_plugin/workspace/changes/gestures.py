"""What gestures did, as plain values: the cells before and after each."""

from __future__ import annotations

from dataclasses import dataclass

NATIVE = "qgis"
#: Rows of any table but unit grids, edited in forms and saved.
EDIT_ROWS = "edit_rows"
#: A planner said on the map where a case lies that had no place.
PLACE_CASE = "place_case"
#: What followed from such an edit and nobody entered: the unit grid of a point that was moved.
FOLLOWED = "follow_edit"


@dataclass(frozen=True)
class CellState:
    """A cell at one moment: row number (negative while it is not saved), code, area, outline as hexadecimal
    WKB (empty where a row had none).
    """

    fid: int
    code: str | None
    area_m2: float
    wkb: str


@dataclass(frozen=True)
class GridStep:
    """What a gesture did to the responsibility grids of one scheme.

    ``units``: codes of the unit grids that changed grids. ``made``: code and area code of grids that are not stored
    yet. ``ended``: codes of grids that gave all their unit grids to another and shall be no more.
    """

    scheme: str
    units: tuple[str, ...]
    made: tuple[tuple[str, str], ...] = ()
    ended: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gesture:
    """One entry of the undo stack.

    ``kind``: that of the ``CoverageEdit``, or ``qgis`` for a command that was not ours; of such a one only the
    ``text`` is known. ``at``: wall-clock time, ISO 8601. ``before``: the cells that were changed or removed, as they
    were; ``after``: those that were changed or added, as they are. ``grids``: what it did to responsibility grids;
    the outlines of cells stay then, and they are in neither list.
    """

    kind: str
    text: str
    at: str | None
    before: tuple[CellState, ...]
    after: tuple[CellState, ...]
    grids: GridStep | None = None


#: Cells that were changed or removed, as they were; and those that were changed or added, as they are.
CellStates = tuple[tuple[CellState, ...], tuple[CellState, ...]]


def joined_states(first: CellStates, second: CellStates) -> CellStates:
    """Return what two changes, one after the other, did together."""
    made = {state.fid for state in first[1]} - {state.fid for state in first[0]}
    before = {state.fid: state for state in (*second[0], *first[0]) if state.fid not in made}
    gone = {state.fid for state in second[0]} - {state.fid for state in second[1]}
    after = {state.fid: state for state in (*first[1], *second[1]) if state.fid not in gone}
    return tuple(before.values()), tuple(after.values())
