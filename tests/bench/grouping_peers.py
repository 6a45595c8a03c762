"""The peers of balancing, run by a Python of their own: a graph in, the group of every unit and the seconds out.

python grouping_peers.py PEER GRAPH.npz GROUPS TOLERANCE LABELS.npy

``GRAPH.npz``: ``pairs`` (m, 2), ``shared_m`` (m,), ``weight`` (n,), ``points`` (n, 2). What is not installed ends
with code 3. Nothing of ours is imported here: the peers need other versions of numpy than QGIS.
"""

from __future__ import annotations

import importlib
import json
import random
import sys
import time

import numpy as np

Graph = dict[str, np.ndarray]


def metis(graph: Graph, groups: int, tolerance: float) -> np.ndarray:
    """METIS 5, k-way, contiguous; a border of a decimetre is one unit of the cut."""
    import pymetis

    count = len(graph["weight"])
    ends = np.concatenate([graph["pairs"], graph["pairs"][:, ::-1]])
    length = np.tile(np.round(graph["shared_m"] * 10).astype(int), 2)
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    starts = np.concatenate([[0], np.cumsum(np.bincount(ends[:, 0], minlength=count))])
    adjacency = pymetis.CSRAdjacency(adj_starts=starts.tolist(), adjacent=ends[order, 1].tolist())
    _, label = pymetis.part_graph(
        groups,
        adjacency=adjacency,
        vweights=graph["weight"].astype(int).tolist(),
        eweights=length[order].tolist(),
        recursive=False,
        contiguous=True,
        options=pymetis.Options(ufactor=max(1, round(1000 * tolerance)), seed=0),
    )
    return np.array(label)


def tree(graph: Graph, groups: int, tolerance: float) -> np.ndarray:
    """GerryChain's recursive bipartition of spanning trees."""
    import gerrychain
    import networkx as nx

    random.seed(0)
    made = nx.Graph()
    for unit, weight in enumerate(graph["weight"].tolist()):
        made.add_node(unit, load=weight)
    made.add_edges_from(graph["pairs"].tolist())
    given = gerrychain.Graph.from_networkx(made)
    share = float(graph["weight"].sum()) / groups
    found = gerrychain.tree.recursive_tree_part(given, range(groups), share, "load", tolerance)
    return np.array([found[unit] for unit in range(len(graph["weight"]))])


def region_k_means(graph: Graph, groups: int, tolerance: float) -> np.ndarray:
    """spopt's region k-means on places; it knows no loads and no tolerance."""
    import libpysal
    from spopt.region import RegionKMeansHeuristic

    del tolerance
    near: dict[int, list[int]] = {unit: [] for unit in range(len(graph["weight"]))}
    for one, two in graph["pairs"].tolist():
        near[one].append(two)
        near[two].append(one)
    model = RegionKMeansHeuristic(graph["points"], groups, libpysal.weights.W(near, silence_warnings=True))
    model.solve()
    return np.asarray(model.labels_)


PEERS = {"METIS": metis, "GerryChain": tree, "k-means": region_k_means}
# Loaded before the clock starts.
MODULES = {"METIS": "pymetis", "GerryChain": "gerrychain", "k-means": "spopt.region"}


def main(arguments: list[str]) -> int:
    peer, path, groups, tolerance, target = arguments
    graph = dict(np.load(path))
    try:
        importlib.import_module(MODULES[peer])
    except ImportError as missing:
        sys.stdout.write(json.dumps({"unavailable": f"not installed: {missing.name}"}))
        return 3
    start = time.process_time()
    label = PEERS[peer](graph, int(groups), float(tolerance))
    seconds = time.process_time() - start
    np.save(target, label)
    sys.stdout.write(json.dumps({"seconds": seconds}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
