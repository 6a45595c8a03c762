"""Which gestures stand: QGIS's own undo stack, read beside what we know of our entries in it.

Undo and redo need nothing of us: a gesture is remembered under its place in the stack and counts as long as the
stack is beyond that place and the entry there still bears its text.
"""

from __future__ import annotations

from qgis.core import QgsVectorLayer
from qgis.PyQt import sip

from gridmgmt_plugin.workspace.changes.gestures import NATIVE, Gesture


class GridJournal:
    """The gestures of one layer's undo stack.

    ``row_numbers``: QGIS's numbers of stored rows that gestures have read since the last save → those of the table.
    """

    def __init__(self, layer: QgsVectorLayer) -> None:
        self._layer = layer
        self.row_numbers: dict[int, int] = {}
        self._at: dict[int, Gesture] = {}
        self._taken_codes: dict[int, tuple[str, ...]] = {}
        self._places = 0  # no gesture is remembered at this place or later
        layer.undoStack().indexChanged.connect(self._forget_overwritten)

    def record(self, gesture: Gesture) -> None:
        """Remember the command that was just pushed."""
        place = self._layer.undoStack().index() - 1
        self._forget_from(place)
        before = {state.code for state in gesture.before if state.code is not None}
        after = {state.code for state in gesture.after if state.code is not None}
        self._at[place], self._taken_codes[place] = gesture, tuple(sorted(before ^ after))
        self._places = place + 1

    def done(self) -> tuple[Gesture, ...]:
        """Return the gestures that stand, oldest first; one per entry of the stack up to where it is."""
        stack = self._layer.undoStack()
        return tuple(self._entry(place) for place in range(stack.index()))

    def last(self) -> Gesture | None:
        """Return the gesture that undo would take back next."""
        place = self._layer.undoStack().index() - 1
        return None if place < 0 else self._entry(place)

    def taken_codes(self) -> list[str]:
        """Return the codes that the standing gestures gave to new cells or took away with removed ones."""
        index = self._layer.undoStack().index()
        return [code for place, codes in self._taken_codes.items() if place < index for code in codes]

    def _entry(self, place: int) -> Gesture:
        text = self._layer.undoStack().text(place)
        known = self._at.get(place)
        return known if known is not None and known.text == text else Gesture(NATIVE, text, None, (), ())

    def _forget_overwritten(self, index: int) -> None:
        """Drop what the stack dropped: entries that were undone before another command was pushed."""
        if sip.isdeleted(self._layer):  # the stack is emptied when its layer goes, with edits in it
            return
        stack = self._layer.undoStack()
        count = stack.count()
        if count < self._places:
            self._forget_from(count)
        known = self._at.get(index - 1)
        if index == count and known is not None and known.text != stack.text(index - 1):
            self._forget_from(index - 1)

    def _forget_from(self, place: int) -> None:
        if place < self._places:
            self._at = {at: gesture for at, gesture in self._at.items() if at < place}
            self._taken_codes = {at: codes for at, codes in self._taken_codes.items() if at < place}
            self._places = place
