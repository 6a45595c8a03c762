"""A save with an attribute table open, labels after undo, what is selected, panels one at a time."""

from __future__ import annotations

from editing import _roomy_cell  # noqa: F401
