"""What the last check of the open workspace found."""

from __future__ import annotations

from dataclasses import dataclass

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.project.i18n import tr


@dataclass(frozen=True)
class LastCheck:
    """What the last check left to be done, when it was made, and whether the data have changed since.

    ``at``: ISO 8601, seconds. ``not_kept``: why the workspace could not take a note of it, "" where it could.
    """

    errors: int
    warnings: int
    at: str
    is_outdated: bool = False
    not_kept: str = ""

    def told(self) -> str:
        """Return what it found and when, in a sentence."""
        return tr(
            "Checked at {time}: {errors} {errors:error|errors}, {warnings} {warnings:warning|warnings}",
            time=self.time,
            errors=self.errors,
            warnings=self.warnings,
        )

    @property
    def time(self) -> str:
        """Return when it was made as people write it: the minute, with the day where that is not today."""
        day, _, time = self.at.partition("T")
        return time[:5] if day == clock.today().isoformat() else f"{day} {time[:5]}"
