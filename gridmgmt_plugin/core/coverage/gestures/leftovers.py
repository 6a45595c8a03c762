"""What becomes of the rest of a cell that gave a part away."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.gestures.edit import NOBODY, Cells
from gridmgmt_plugin.core.coverage.gestures.pieces import Pieces, connected_parts, thin
from gridmgmt_plugin.core.geometry.linework import dissolve


def share_leftovers(
    cells: Cells,
    pieces: Pieces,
    label: np.ndarray,
    added_from: np.ndarray,
    added_group: np.ndarray,
    sliver_m: float,
    *,
    bare: np.ndarray | None = None,
    bare_group: int = NOBODY,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the final labels and what the added cells inherit from, when some pieces got another label.

    Of each cell that lost ground the largest part of the rest stays the cell, other parts become cells, and what is
    thinner than ``sliver_m`` joins the neighbour of its area with the longest border.

    :param label: int64 per piece: the owner where nothing changed, another cell, or n + j for the j-th added one.
    :param bare: bool per piece, thin bare ground that joins a neighbour as well, of the area ``bare_group``.
    """
    label = label.copy()
    waiting = np.zeros(len(pieces), dtype=bool) if bare is None else bare.copy()
    part = connected_parts(pieces, label)
    losers = np.setdiff1d(np.unique(pieces.owner[label != pieces.owner]), [NOBODY])
    origins, groups = added_from.tolist(), added_group.tolist()
    for cell in losers.tolist():
        rest = np.flatnonzero((pieces.owner == cell) & (label == cell))
        numbers, which = np.unique(part[rest], return_inverse=True)
        geometry = dissolve(pieces.geometry[rest], which.reshape(-1).astype(np.int64), len(numbers))
        narrow = thin(geometry, sliver_m)
        waiting[rest[narrow[which.reshape(-1)]]] = True
        for rank, k in enumerate(np.argsort(np.where(narrow, 0.0, -shapely.area(geometry)), kind="stable").tolist()):
            if rank > 0 and not narrow[k]:
                label[rest[which.reshape(-1) == k]] = len(cells) + len(origins)
                origins.append(cell)
                groups.append(int(cells.group[cell]))
    group_of = np.concatenate([cells.group, np.array(groups, dtype=np.int64), [bare_group]])  # the last for NOBODY
    _join_neighbours(pieces, label, waiting, part, group_of)
    return label, np.array(origins, dtype=np.int64), np.array(groups, dtype=np.int64)


def _join_neighbours(
    pieces: Pieces, label: np.ndarray, waiting: np.ndarray, part: np.ndarray, group_of: np.ndarray
) -> None:
    """Give every waiting part to the label of its area with the longest border; changes ``label`` and ``waiting``."""
    first, second, length_m = pieces.borders()
    near, far = np.concatenate([first, second]), np.concatenate([second, first])
    length_m = np.concatenate([length_m, length_m])
    same_area = group_of[pieces.owner[near]] == group_of[label[far]]
    joined = True
    while joined:
        joined = False
        for number in np.unique(part[waiting]).tolist():
            mine = waiting & (part == number)
            border = mine[near] & ~waiting[far] & (label[far] != NOBODY) & same_area
            if not border.any():
                continue
            labels, which = np.unique(label[far[border]], return_inverse=True)
            label[mine] = labels[np.argmax(np.bincount(which.reshape(-1), weights=length_m[border]))]
            waiting[mine] = False
            joined = True
