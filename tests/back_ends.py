"""Tests that run in a file and in a database: there every day each fifth of a module, the rest in the long proofs.

Both back ends themselves are proven whole every day, in ``tests/workspace``. A module in which the database is the
matter says ``WHOLE_IN_DATABASE = True``; what kills a process chooses by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

SHARE = 5


def thin_out(items: Iterable[pytest.Item], folder: Path) -> None:
    """Mark as proof what below the folder runs in a database and has not its turn every day."""
    seen: Counter[Path] = Counter()
    for item in items:
        values = item.callspec.params.values() if hasattr(item, "callspec") else ()
        in_database = any(isinstance(value, str) and value == "database" for value in values)
        if not in_database or folder not in item.path.parents:
            continue
        if item.get_closest_marker("kills") or getattr(item.module, "WHOLE_IN_DATABASE", False):
            continue
        if seen[item.path] % SHARE:
            item.add_marker(pytest.mark.proof)
        seen[item.path] += 1
