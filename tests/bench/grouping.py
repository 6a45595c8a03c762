"""Balancing beside METIS, GerryChain's recursive tree and region k-means: balance, borders and seconds.

The cells are those of every contest (``tests/bench/cells.py``), the loads whole numbers from 5 to 60. Seconds are
those of one core for the division alone, not of reading or finding neighbours, so that a busy machine does not
matter. Peers are run by the Python in ``out/bench`` (``make bench`` installs them there), each in a process of its
own with a limit of time.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.adjacency import Adjacency, rook_adjacency
from gridmgmt_plugin.core.grouping import Wishes, group_units
from tests.bench.cells import irregular_cells

REPOSITORY = Path(__file__).resolve().parents[2]
PEERS_PYTHON = REPOSITORY / "out" / "bench" / "bin" / "python"
SIZES = ((50, 50), (141, 400))  # side of the square of cells, groups
TOLERANCES = (0.01, 0.1)
PEERS = (("METIS", (0.013, 0.1)), ("GerryChain", (0.05,)), ("k-means", (0.0,)))
LIMIT_S = 300


@dataclass(frozen=True)
class Town:
    """What is divided: n units with loads, places, areas (m²) and neighbours."""

    weight: np.ndarray
    points: np.ndarray
    area_m2: np.ndarray
    adjacency: Adjacency


@dataclass(frozen=True)
class Division:
    """How one contender did; ``refused``: in words why there is nothing to show."""

    name: str
    tolerance: float
    worst: float = 0.0
    border_km: float = 0.0
    in_parts: int = 0
    moved: int | None = None
    seconds: float = 0.0
    refused: str = ""


def town_of(side: int) -> Town:
    """Return the square of ``side`` × ``side`` cells with loads from 5 to 60."""
    cells = irregular_cells(side)
    weight = np.random.default_rng(3).integers(5, 61, len(cells)).astype(float)
    points = shapely.get_coordinates(shapely.centroid(cells))
    return Town(weight, points, shapely.area(cells), rook_adjacency(cells))


def divisions(side: int, groups: int) -> Iterator[Division]:
    """Yield ours at both tolerances, ours again after loads changed, and the peers."""
    town = town_of(side)
    for tolerance in TOLERANCES:
        yield ours(town, groups, tolerance)
    yield from ours_again(town, groups)
    for name, tolerances in PEERS:
        for tolerance in tolerances:
            yield peer(town, groups, name, tolerance)


def ours(town: Town, groups: int, tolerance: float, wishes: Wishes | None = None, name: str = "ours") -> Division:
    """Divide with our own code."""
    nowhere = np.zeros(len(town.weight), dtype=np.int64)
    start = time.process_time()
    found = group_units(
        town.weight,
        town.points,
        town.area_m2,
        town.adjacency,
        nowhere,
        count=groups,
        tolerance=tolerance,
        wishes=wishes,
    )
    seconds = time.process_time() - start
    return judged(name, town, groups, tolerance, found.label, seconds, found.moved if wishes else None)


def ours_again(town: Town, groups: int) -> Iterator[Division]:
    """Yield what becomes of a division at ±10 % when every load has changed by up to 30 %, staying or not."""
    nowhere = np.zeros(len(town.weight), dtype=np.int64)
    first = group_units(town.weight, town.points, town.area_m2, town.adjacency, nowhere, count=groups, tolerance=0.1)
    changed = town.weight * np.random.default_rng(5).uniform(0.7, 1.3, len(town.weight))
    later = Town(changed, town.points, town.area_m2, town.adjacency)
    for stay in (0.0, 0.5, 1.0):
        wishes = Wishes(today=first.label, stay=stay)
        yield ours(later, groups, 0.05, wishes, f"ours, loads changed, stay {100 * stay:.0f}")


def peer(town: Town, groups: int, name: str, tolerance: float) -> Division:
    """Divide with a peer, in a process of its own."""
    if not PEERS_PYTHON.exists():
        return Division(name, tolerance, refused="not installed (make bench)")
    with tempfile.TemporaryDirectory(prefix="gridmgmt-bench-") as folder:
        graph, labels = Path(folder) / "graph.npz", Path(folder) / "labels.npy"
        pairs, shared = town.adjacency.pairs, town.adjacency.shared_m
        np.savez(graph, pairs=pairs, shared_m=shared, weight=town.weight, points=town.points)
        script = Path(__file__).with_name("grouping_peers.py")
        command = [str(PEERS_PYTHON), str(script), name, str(graph), str(groups), str(tolerance), str(labels)]
        try:
            ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            return Division(name, tolerance, refused=f"not done in {LIMIT_S} s")
        if not labels.exists():
            told = ended.stdout or (ended.stderr.strip().splitlines() or ["no answer"])[-1]
            return Division(name, tolerance, refused=told)
        seconds = json.loads(ended.stdout.strip().splitlines()[-1])["seconds"]
        return judged(name, town, groups, tolerance, np.load(labels), seconds)


def judged(
    name: str,
    town: Town,
    groups: int,
    tolerance: float,
    label: np.ndarray,
    seconds: float,
    moved: int | None = None,
) -> Division:
    """Return how balanced, short and whole a division is, all contenders judged alike."""
    load = np.bincount(label, weights=town.weight, minlength=groups)
    i, j = town.adjacency.pairs.T
    border = town.adjacency.shared_m[label[i] != label[j]].sum()
    parts = int((~town.adjacency.is_connected(label)).sum())
    worst = float(np.abs(load / load.mean() - 1).max())
    return Division(name, tolerance, worst, float(border) / 1000, parts, moved, seconds)


def lines() -> Iterator[str]:
    """Yield the table, line by line as it is measured."""
    yield f"{'balancing':36}{'asked':>8}{'worst':>9}{'border km':>11}{'in parts':>10}{'moved':>8}{'core s':>9}"
    for side, groups in SIZES:
        yield f"{side * side} units → {groups} groups"
        for found in divisions(side, groups):
            head = f"  {found.name:34}{f'±{100 * found.tolerance:g} %':>8}"
            moved = "–" if found.moved is None else str(found.moved)
            figures = f"{f'±{100 * found.worst:.2f} %':>9}{found.border_km:11.1f}{found.in_parts:10d}{moved:>8}"
            yield head + (f"  {found.refused}" if found.refused else f"{figures}{found.seconds:9.2f}")
