"""Versions of overtaken rows that the planner has seen: they count as read for as long as his decision stands.

A decision is an entry of QGIS's own undo stack. Undone, the rows are overtaken again; redone, they are not.
"""

from __future__ import annotations

from collections.abc import Mapping

from qgis.core import QgsVectorLayer


class AcceptedVersions:
    """What the planner of one layer has decided about since its last save."""

    def __init__(self, layer: QgsVectorLayer) -> None:
        self._layer = layer
        #: Place in the undo stack → text of the entry there, row number → version.
        self._at: dict[int, tuple[str, Mapping[int, int]]] = {}

    def record(self, versions: Mapping[int, int]) -> None:
        """Remember what was decided with the command that was just pushed, by row number."""
        stack = self._layer.undoStack()
        place = stack.index() - 1
        self._at = {at: decided for at, decided in self._at.items() if at < place}
        self._at[place] = stack.text(place), dict(versions)

    def standing(self) -> Mapping[int, int]:
        """Return the versions that are decided about now, by row number; of several the last one."""
        stack = self._layer.undoStack()
        index = stack.index()
        found: dict[int, int] = {}
        for place in sorted(self._at):
            text, versions = self._at[place]
            if place < index and stack.text(place) == text:
                found.update(versions)
        return found
