"""Values as the tables take them, whatever they are stored in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def plain(values: Sequence[Any] | np.ndarray) -> list[Any]:
    """Return values as Python objects for SQL: numpy scalars unwrapped, NaN as ``None``."""
    items = values.tolist() if isinstance(values, np.ndarray) else list(values)
    if not any(issubclass(kind, float) for kind in set(map(type, items))):  # a million texts need no second look
        return items
    return [None if isinstance(item, float) and item != item else item for item in items]  # noqa: PLR0124  NaN test
