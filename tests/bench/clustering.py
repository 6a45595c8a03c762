"""Gi* by the formula, and with the probability of 999 permutations: ours beside esda."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from gridmgmt_plugin.core.geometry.adjacency import Adjacency, rook_adjacency
from gridmgmt_plugin.core.hotspots.getis_ord import gi_star, p_two_sided
from gridmgmt_plugin.core.hotspots.permutation import permuted_p
from tests.bench.cells import irregular_cells
from tests.bench.contest import Contest, Outside, Unavailable, Work
from tests.bench.grouping import PEERS_PYTHON

_PEER = Path(__file__).with_name("hotspot_peers.py")
_PERMUTATIONS = 999


def _given(side: int) -> tuple[np.ndarray, Adjacency]:
    return np.random.default_rng(5).gamma(0.7, 3.0, side * side), rook_adjacency(irregular_cells(side))


def _ours_by_formula(side: int) -> Work:
    values, adjacency = _given(side)
    return lambda: p_two_sided(gi_star(values, adjacency))


def _ours(side: int) -> Work:
    values, adjacency = _given(side)
    return lambda: (gi_star(values, adjacency), permuted_p(values, adjacency, _PERMUTATIONS, 1))


def _esda(permutations: int, side: int) -> Work:
    if not PEERS_PYTHON.exists():
        raise Unavailable("esda is not installed (make bench does it)")
    values, adjacency = _given(side)
    path = Path(tempfile.mkdtemp()) / "values.npz"
    np.savez(path, values=values, pairs=adjacency.pairs)

    def work() -> Outside:
        command = [str(PEERS_PYTHON), str(_PEER), str(path), str(permutations)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode:
            raise RuntimeError((ended.stderr.strip().splitlines() or ["esda is not installed"])[-1])
        return Outside(**json.loads(ended.stdout.splitlines()[-1]))

    return work


def _peer(permutations: int) -> Callable[[int], Work]:
    return partial(_esda, permutations)


CONTESTS = (
    Contest("gi_formula", "Gi* by the formula", {"ours": _ours_by_formula, "esda": _peer(0)}, runs=9),
    Contest("gi_permuted", "Gi* by 999 permutations", {"ours": _ours, "esda": _peer(_PERMUTATIONS)}),
)
