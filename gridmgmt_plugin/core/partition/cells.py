"""The finished cells in their order, and the area outlines that match them vertex by vertex."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.geometry.linework import canonical, dissolve, map_order
from gridmgmt_plugin.core.partition.assembly import assemble, cut_atoms
from gridmgmt_plugin.core.partition.atoms import Atoms
from gridmgmt_plugin.core.partition.inputs import CleanInput
from gridmgmt_plugin.core.partition.model import PartitionOptions
from gridmgmt_plugin.core.progress import Progress

# A second round cuts what merging slivers made too large; what is left then is too narrow to be cut.
_ROUNDS = 2


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
    cuts = merges = 0
    for number in range(_ROUNDS):
        done = 1.0 - 0.2**number
        pieces = cut_atoms(atoms, clean, options, progress.part(done, done + 0.5 * 0.2**number))
        if number and not pieces.cut:
            break
        atoms, made = assemble(pieces, atoms, clean, options, progress.part(done + 0.5 * 0.2**number, 1.0))
        cuts, merges = cuts + pieces.cut, merges + made
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
