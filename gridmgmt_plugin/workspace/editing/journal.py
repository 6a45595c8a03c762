"""Which gestures stand: QGIS's own undo stack, read beside what we know of our entries in it.

There is nothing to keep in step with undo and redo: a gesture is remembered under its place in the stack and counts
as long as the entry at that place still bears its text.
"""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import QgsVectorLayer

NATIVE = "qgis"


@dataclass(frozen=True)
class CellState:
    """A cell at one moment: row number (negative while it is not saved), code, area, outline as hexadecimal WKB."""

    fid: int
    code: str | None
    area_m2: float
    wkb: str


@dataclass(frozen=True)
class Gesture:
    """One entry of the undo stack.

    ``kind``: that of the ``CoverageEdit``, or ``qgis`` for a command that was not ours; of such a one only the
    ``text`` is known. ``at``: wall-clock time, ISO 8601. ``before``: the cells that were changed or removed, as they
    were; ``after``: those that were changed or added, as they are.
    """

    kind: str
    text: str
    at: str | None
    before: tuple[CellState, ...]
    after: tuple[CellState, ...]


class GridJournal:
    """The gestures of one layer's undo stack."""

    def __init__(self, layer: QgsVectorLayer) -> None:
        self._layer = layer
        self._at: dict[int, Gesture] = {}

    def record(self, gesture: Gesture) -> None:
        """Remember the command that was just pushed."""
        stack = self._layer.undoStack()
        place = stack.index() - 1
        # What stood here or later was undone and is gone from the stack since the push.
        self._at = {at: known for at, known in self._at.items() if at < place}
        self._at[place] = gesture

    def done(self) -> tuple[Gesture, ...]:
        """Return the gestures that stand, oldest first; one per entry of the stack up to where it is."""
        stack = self._layer.undoStack()
        return tuple(self._entry(place) for place in range(stack.index()))

    def last(self) -> Gesture | None:
        """Return the gesture that undo would take back next."""
        place = self._layer.undoStack().index() - 1
        return None if place < 0 else self._entry(place)

    def _entry(self, place: int) -> Gesture:
        text = self._layer.undoStack().text(place)
        known = self._at.get(place)
        return known if known is not None and known.text == text else Gesture(NATIVE, text, None, (), ())
