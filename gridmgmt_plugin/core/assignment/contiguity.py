"""Whether units hang together, asked of a few among many: the cost is that of the few."""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core.geometry.adjacency import Adjacency
from gridmgmt_plugin.core.geometry.pairs import connected_groups


def neighbour_pairs(graph: Adjacency, units: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return every neighbour of each unit as ``(position in units, neighbour)``, int64 (p,) each.

    :param units: int64 (m,).
    """
    start, end = graph.indptr[units], graph.indptr[units + 1]
    degree = end - start
    which = np.repeat(np.arange(len(units)), degree)
    offset = np.arange(int(degree.sum())) - np.repeat(np.cumsum(degree) - degree, degree)
    return which, graph.indices[np.repeat(start, degree) + offset]


def parts_of(graph: Adjacency, members: np.ndarray) -> np.ndarray:
    """Return the number of the part that each member is in, int64 (m,), 0 … in the order of their first members.

    :param members: int64 (m,), ascending, each once.
    """
    which, neighbour = neighbour_pairs(graph, members)
    place = np.searchsorted(members, neighbour)
    inside = (place < len(members)) & (members[np.minimum(place, max(len(members) - 1, 0))] == neighbour)
    return connected_groups(len(members), which[inside], place[inside])
