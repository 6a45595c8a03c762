"""Little districts to paint."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.assignment.model import NOBODY, Assignment, Grid, PaintedUnits
from gridmgmt_plugin.core.geometry.adjacency import rook_adjacency
from gridmgmt_plugin.core.rows import as_column


def lattice(columns: int, rows: int, grids: int = 0, parent_columns: int = 0) -> Assignment:
    """Return squares of 100 m, row by row; ``grids``: so many columns each belong to a grid, the rest to none."""
    column, row = np.arange(columns * rows) % columns, np.arange(columns * rows) // columns
    shapes = shapely.box(column * 100.0, row * 100.0, column * 100.0 + 100, row * 100.0 + 100)
    number = column // parent_columns if parent_columns else np.zeros(len(shapes), dtype=np.int64)
    areas = as_column(f"99010100100{at + 1}" for at in number.tolist())
    loads = {"area": shapely.area(shapes), "cases": np.arange(len(shapes), dtype=np.float64)}
    units = PaintedUnits(shapes, areas, np.zeros(len(shapes), dtype=np.int64), rook_adjacency(shapes), loads)
    own = [f"99010100100{at // 2 + 1}" if parent_columns == 4 else "" for at in range(grids)]
    made = [Grid(f"{at:03d}", area) for at, area in enumerate(own)]
    grid_of = np.where(column // 2 < grids, column // 2, NOBODY)
    return Assignment(units, made, grid_of)


@pytest.fixture(name="lattice", scope="session")
def lattice_fixture():
    return lattice
