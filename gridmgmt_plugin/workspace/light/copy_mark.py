"""What marks a file as a working copy, and when it was made."""

from __future__ import annotations

import json

#: The entry that says of what, and of which moment, a workspace is a working copy: JSON with ``made_at`` and
#: ``home``.
WORKING_COPY = "working_copy"


def moment_of(entry: str | None) -> str:
    """Return when a workspace with this entry was made as a working copy (``2026-03-02 09:30:00``), "" for none."""
    return "" if entry is None else str(json.loads(entry)["made_at"]).replace("T", " ")


def home_of(entry: str | None) -> str:
    """Return of which workspace this entry says that it is a working copy, as lists name it, "" for none."""
    return "" if entry is None else str(json.loads(entry)["home"])
