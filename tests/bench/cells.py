"""Seamless irregular cells and points in them, of any number, from a seed."""

from __future__ import annotations

import numpy as np
import shapely

CELL_M = 100.0
_EDGE_POINTS = 4


def irregular_cells(side: int, seed: int = 1) -> np.ndarray:
    """Return ``side`` × ``side`` Polygons of about one hectare that share every vertex with their neighbours.

    Corners are moved by up to a quarter of a cell, every edge has a few more vertices off the straight line: about
    20 vertices per cell, coordinates on the millimetre.
    """
    rng = np.random.default_rng(seed)
    corners = np.stack(np.meshgrid(np.arange(side + 1), np.arange(side + 1), indexing="ij"), axis=-1) * CELL_M
    corners = corners + rng.uniform(-CELL_M / 4, CELL_M / 4, corners.shape)
    east = _edges(corners[:-1, :], corners[1:, :], rng)
    north = _edges(corners[:, :-1], corners[:, 1:], rng)
    bottom, top = east[:, :-1], east[:, 1:][:, :, ::-1]
    right, left = north[1:, :], north[:-1, :][:, :, ::-1]
    rings = np.concatenate([bottom[:, :, :-1], right[:, :, :-1], top[:, :, :-1], left[:, :, :-1]], axis=2)
    rings = np.concatenate([rings, rings[:, :, :1]], axis=2).reshape(side * side, -1, 2)
    return np.asarray(shapely.polygons(np.round(rings, 3)), dtype=object)


def points_in(side: int, count: int, seed: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Return ``count`` random places in the square that ``irregular_cells(side)`` covers."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(CELL_M, (side - 1) * CELL_M, (2, count))
    return x, y


def _edges(start: np.ndarray, end: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return (…, points, 2): the edges from start to end with vertices off the straight line between."""
    share = np.linspace(0, 1, _EDGE_POINTS + 2)[:, None]
    lines = start[..., None, :] * (1 - share) + end[..., None, :] * share
    lines[..., 1:-1, :] += rng.uniform(-CELL_M / 20, CELL_M / 20, lines[..., 1:-1, :].shape)
    return np.round(lines, 3)
