"""Who is at work besides us, by what was heard: a later message takes the place of one before, silence ends it."""

from __future__ import annotations

from gridmgmt_plugin.workspace.presence.presence import Presence

#: Who has unsaved edits says so again after so many seconds.
AGAIN_S = 20.0
#: Of whom nothing was heard for so long is taken for gone: his QGIS has died, or the network between has broken.
FORGOTTEN_AFTER_S = 3 * AGAIN_S
# So many are kept apart; who sends more names than an office has people sends nonsense.
_MOST = 100


class Colleagues:
    """Keeps what other runs of QGIS told last; times are seconds of one clock that never goes back.

    :param own: the name of this run, of which nothing is kept.
    """

    def __init__(self, own: str) -> None:
        self._own = own
        self._heard: dict[str, tuple[Presence, float]] = {}

    @property
    def present(self) -> tuple[Presence, ...]:
        """Return who has unsaved edits, the earliest first."""
        return tuple(sorted((one for one, _ in self._heard.values()), key=lambda one: (one.since, one.who)))

    def hear(self, presence: Presence, now_s: float) -> bool:
        """Take a message; tell whether it changes anything."""
        if presence.program == self._own:
            return False
        known = self._heard.get(presence.program)
        if not presence.edits:
            return self._heard.pop(presence.program, None) is not None
        if known is None and len(self._heard) >= _MOST:
            return False
        self._heard[presence.program] = (presence, now_s)
        return known is None or known[0] != presence

    def forget_silent(self, now_s: float) -> bool:
        """Forget of whom nothing was heard for :data:`FORGOTTEN_AFTER_S`; tell whether there was somebody."""
        silent = [one for one, (_, at) in self._heard.items() if now_s - at > FORGOTTEN_AFTER_S]
        for program in silent:
            del self._heard[program]
        return bool(silent)

    def forget_all(self) -> bool:
        """Forget everybody; tell whether there was somebody."""
        was_somebody = bool(self._heard)
        self._heard.clear()
        return was_somebody
