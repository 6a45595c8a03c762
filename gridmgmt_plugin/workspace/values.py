"""Values as the tables take them, whatever they are stored in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Beginning:
    """A condition for a column of texts: what begins with ``head``."""

    head: str


@dataclass(frozen=True)
class Naming:
    """A condition for a column of several texts between commas: what has one of ``names`` among them."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Days:
    """A condition for a column of days or times: from ``first`` to ``last``, both included.

    What stands there in no ISO form is let through as well: only who parses it can tell.
    """

    first: date
    last: date

    @property
    def bounds(self) -> tuple[str, str]:
        """Return the first text that is in it, and the first one behind it, both ISO."""
        return self.first.isoformat(), (self.last + timedelta(days=1)).isoformat()


@dataclass(frozen=True)
class Highest:
    """A condition for a column: the highest value that the table has in it."""


def plain(values: Sequence[Any] | np.ndarray) -> list[Any]:
    """Return values as Python objects for SQL: numpy scalars unwrapped, NaN as ``None``."""
    items = values.tolist() if isinstance(values, np.ndarray) else list(values)
    if not any(issubclass(kind, float) for kind in set(map(type, items))):  # a million texts need no second look
        return items
    return [None if isinstance(item, float) and item != item else item for item in items]  # noqa: PLR0124  NaN test
