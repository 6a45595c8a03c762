"""The finished cells in their order, and the area outlines that match them vertex by vertex."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.geometry.linework import canonical, dissolve, map_order
from gridmgmt_plugin.core.partition.assembly import assemble, cut_atoms
from gridmgmt_plugin.core.partition.atoms import Atoms
from gridmgmt_plugin.core.partition.inputs import CleanInput
from gridmgmt_plugin.core.partition.model import PartitionOptions
from gridmgmt_plugin.core.partition.regrowing import regrow
from gridmgmt_plugin.core.progress import Progress

# Cutting and sharing out change the neighbours' shape too; after these looks nothing gets better any more.
_LOOKS = 5


@dataclass(frozen=True)
class Cells:
    """The finished cells, by area and from west to east, one row each; ``outlines`` has one row per area.

    ``uncovered``: the ground outside the covered extent, noded with the cells. ``whole``: bool, the cell holds
    something that may not be cut. ``cuts``, ``merges``: how many were made.
    """

    geometry: np.ndarray
    area: np.ndarray
    kind: np.ndarray
    land_use: np.ndarray
    grade: np.ndarray
    block_area_m2: np.ndarray
    target_m2: np.ndarray
    whole: np.ndarray
    outlines: np.ndarray
    uncovered: np.ndarray
    cuts: int
    merges: int


def grow_cells(atoms: Atoms, clean: CleanInput, options: PartitionOptions, progress: Progress) -> Cells:
    """Return the cells of ``atoms``: large ones cut, small ones merged."""
    pieces = cut_atoms(atoms, clean, options, progress.part(0.0, 0.4))
    atoms, merges = assemble(pieces, atoms, clean, options, progress.part(0.4, 0.8))
    cuts = pieces.cut
    left_alone: set[bytes] = set()
    fresh = np.ones(len(atoms.area), dtype=bool)
    for look in range(_LOOKS):
        part = progress.part(0.8 + 0.2 * look / _LOOKS, 0.8 + 0.2 * (look + 1) / _LOOKS)
        again = regrow(atoms, fresh, left_alone, clean, options, part)
        if not again.cuts:
            break
        atoms, fresh = again.atoms, again.fresh
        cuts, merges = cuts + again.cuts, merges + again.merges
    return _finished(atoms, len(clean.areas), cuts, merges)


def _finished(atoms: Atoms, areas: int, cuts: int, merges: int) -> Cells:
    outlines = canonical(dissolve(atoms.geometry, atoms.area, areas))
    geometry = canonical(atoms.geometry)
    east = map_order(geometry)
    order = east[np.argsort(atoms.area[east], kind="stable")]
    covered = order[atoms.covered[order]]
    return Cells(
        geometry[covered],
        atoms.area[covered],
        atoms.kind[covered],
        atoms.land_use[covered],
        atoms.grade[covered],
        atoms.block_m2[covered],
        atoms.target_m2[covered],
        ~atoms.cuttable[covered],
        outlines,
        geometry[order[~atoms.covered[order]]],
        cuts,
        merges,
    )
