"""A division among responsibility grids that is not today's: of unit grids, or of street-lanes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.responsibility.outlines import summed_grids
from gridmgmt_plugin.core.rows import Rows, as_column


@dataclass(frozen=True, eq=False)
class Division:
    """Responsibility grids and who belongs to which. ``grids``: their rows without outlines; ``grid_of``: code of a
    unit grid → code of its responsibility grid.
    """

    grids: Rows
    grid_of: Mapping[str, str]

    def over(self, units: Rows) -> tuple[Rows, np.ndarray]:
        """Return the grids that have unit grids, summed up from them, and the code of each unit grid's own."""
        assigned = as_column(self.grid_of.get(code) for code in units["code"])
        own = {row["code"]: row for row in self.grids.records()}
        codes = sorted({code for code in assigned if code is not None})
        summed = summed_grids(units.shapes, assigned, codes)
        records = [
            {**own.get(code, {"code": code}), "unit_count": count, "area_m2": area}
            for code, count, area in zip(codes, summed.unit_count, summed.area_m2)
        ]
        return Rows.from_records(records, summed.outline), assigned


@dataclass(frozen=True, eq=False)
class LaneDivision:
    """Responsibility grids over lanes. ``grids``: their rows with their ground, each under its lane's code."""

    grids: Rows

    def over(self, units: Rows) -> tuple[Rows, np.ndarray]:
        """Return the grids, and that no unit grid is in one."""
        return self.grids, as_column([None] * len(units))
