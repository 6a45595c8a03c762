"""What the last check of the open workspace found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LastCheck:
    """What the last check left to be done, when it was made, and whether the data have changed since."""

    errors: int
    warnings: int
    at: str
    is_outdated: bool = False
