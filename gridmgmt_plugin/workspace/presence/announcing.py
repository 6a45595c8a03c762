"""When to tell colleagues of unsaved edits: soon after a change, now and then while they stand, once at their end."""

from __future__ import annotations

from gridmgmt_plugin.workspace.presence.colleagues import AGAIN_S
from gridmgmt_plugin.workspace.presence.presence import Presence

#: So many seconds lie at least between what one run of QGIS tells last and what it tells next of edits that stand.
PAUSE_S = 3.0


class Announcing:
    """Remembers what was told last; times are seconds of one clock that never goes back."""

    def __init__(self) -> None:
        self._told: Presence | None = None
        self._at_s = float("-inf")
        self._is_asked = False

    def ask(self) -> None:
        """Take note that a newcomer wants to know: what stands is told once more."""
        self._is_asked = True

    def due_in_s(self, presence: Presence, now_s: float) -> float | None:
        """Return in how many seconds a presence is to be told, 0 for now; ``None``: there is nothing to tell."""
        if not presence.edits:
            return 0.0 if self._told is not None and self._told.edits else None
        if presence != self._told or self._is_asked:
            return max(0.0, self._at_s + PAUSE_S - now_s)
        return max(0.0, self._at_s + AGAIN_S - now_s)

    def told(self, presence: Presence, now_s: float) -> None:
        """Take note that a presence was told."""
        self._told, self._at_s, self._is_asked = presence, now_s, False
