"""Points as two columns of numbers: whoever only needs where they lie makes no shape of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.geometry.finite import points_at


@dataclass(frozen=True, eq=False)
class PlainPoints:
    """``x``, ``y``: float64 (n,) in the units of their source, both not-a-number where there is no point."""

    x: np.ndarray
    y: np.ndarray

    def __len__(self) -> int:
        return len(self.x)

    def take(self, selection: np.ndarray | Sequence[int]) -> PlainPoints:
        """Return the points at a boolean mask or at positions."""
        return PlainPoints(self.x[selection], self.y[selection])

    def shapes(self) -> np.ndarray:
        """Return shapely points, object (n,), ``None`` where there is none."""
        return points_at(self.x, self.y)
