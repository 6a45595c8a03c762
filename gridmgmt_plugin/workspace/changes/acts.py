"""Who changes a workspace, when, and as what."""

from __future__ import annotations

from dataclasses import dataclass

from gridmgmt_plugin.workspace.register_store import now_text


@dataclass(frozen=True)
class Act:
    """One change of a workspace. ``gesture``: what is done, a stable key (``import_unit_grids``). ``at``: wall-clock
    time, ISO 8601. ``by``: who is working, as told once by the user.
    """

    gesture: str
    by: str
    at: str

    @classmethod
    def now(cls, gesture: str, by: str) -> Act:
        """Return an act of this moment."""
        return cls(gesture, by, now_text())
