"""Little districts to group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from gridmgmt_plugin.core.geometry.adjacency import Adjacency
from tests.short_search import short_search  # noqa: F401  fixture


@dataclass(frozen=True)
class District:
    """A lattice of units with a point, an area, a zone and a weight each; some borders may be closed."""

    points: np.ndarray
    areas_m2: np.ndarray
    adjacency: Adjacency
    zones: np.ndarray
    weights: np.ndarray


def lattice(columns: int, rows: int, seed: int = 0, closed: float = 0.0, zone_columns: int = 0) -> District:
    """Return columns × rows units of 100 m; ``closed`` = share of borders that are barriers."""
    rng = np.random.default_rng(seed)
    number = np.arange(columns * rows).reshape(rows, columns)
    across = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    up = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
    pairs = np.concatenate([across, up])
    pairs = pairs[rng.random(len(pairs)) >= closed]
    column, row = np.arange(columns * rows) % columns, np.arange(columns * rows) // columns
    return District(
        points=np.column_stack([column * 100.0 + 500_050, row * 100.0 + 4_400_050]),
        areas_m2=np.full(columns * rows, 10_000.0),
        adjacency=Adjacency.from_pairs(columns * rows, pairs, np.full(len(pairs), 100.0)),
        zones=column // zone_columns if zone_columns else np.zeros(columns * rows, dtype=np.int64),
        weights=rng.integers(0, 9, columns * rows).astype(np.float64),
    )


@pytest.fixture(name="lattice", scope="session")
def lattice_fixture():
    return lattice
