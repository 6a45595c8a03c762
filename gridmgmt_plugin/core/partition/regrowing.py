"""The second look at cells: what came out too large is cut again, what came out as a thread is shared out."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.ring_edges import ring_edges
from gridmgmt_plugin.core.partition.assembly import Pieces, assemble, cut_atoms, standing_within
from gridmgmt_plugin.core.partition.atoms import Atoms
from gridmgmt_plugin.core.partition.cutting import split_by_lines
from gridmgmt_plugin.core.partition.inputs import CleanInput
from gridmgmt_plugin.core.partition.model import PartitionOptions
from gridmgmt_plugin.core.partition.threads import (
    LONGEST_M,
    TAIL_WIDTH_M,
    changing_vertices,
    has_tail,
    is_thread,
    lines_across,
)
from gridmgmt_plugin.core.progress import Progress


@dataclass(frozen=True)
class Regrown:
    """The cells after a look, ``fresh`` (bool): which of them it made, and how many ``cuts`` and ``merges``."""

    atoms: Atoms
    fresh: np.ndarray
    cuts: int
    merges: int


def regrow(
    atoms: Atoms,
    fresh: np.ndarray,
    left_alone: set[bytes],
    clean: CleanInput,
    options: PartitionOptions,
    progress: Progress,
) -> Regrown:
    """Return the cells after a second look at those that are ``fresh`` (bool); without cuts nothing is left to do.

    Only cells that are looked at and those that touch them are computed again; all others stay as they are.
    ``left_alone``: cells (WKB) that an earlier look could not help, and to which this one adds.
    """
    asked = fresh.copy()
    large = atoms.cuttable & (shapely.area(atoms.geometry) > options.max_ratio * atoms.target_m2)
    thread = atoms.covered & ~atoms.road & fresh
    thread[thread] = is_thread(atoms.geometry[thread]) | has_tail(atoms.geometry[thread])
    asked &= large | thread
    known = shapely.to_wkb(atoms.geometry[asked])
    asked[asked] = [wkb not in left_alone for wkb in known]
    left_alone.update(known)
    nothing = Regrown(atoms, np.zeros(len(fresh), dtype=bool), 0, 0)
    if not asked.any():
        return nothing
    near = np.zeros(len(asked), dtype=bool)
    near[shapely.STRtree(atoms.geometry).query(atoms.geometry[asked], predicate="intersects")[1]] = True
    grown = _regrown(atoms, near, asked & thread, clean, options, progress)
    if grown is None:  # a vertex moved at the rim of what was computed: everything has to know of it
        grown = _regrown(atoms, np.ones(len(asked), dtype=bool), asked & thread, clean, options, progress)
    return nothing if grown is None else grown


def _regrown(
    atoms: Atoms,
    near: np.ndarray,
    thread: np.ndarray,
    clean: CleanInput,
    options: PartitionOptions,
    progress: Progress,
) -> Regrown | None:
    """Return everything with the atoms ``near`` grown again, ``None`` when their common outline would change."""
    local = _taken(atoms, near)
    pieces = _cut_across(
        cut_atoms(local, clean, options, progress.part(0.0, 0.5)), thread[near], local, clean, options
    )
    if not pieces.cut:
        return Regrown(atoms, np.zeros(len(near), dtype=bool), 0, 0)
    grown, merges = assemble(pieces, local, clean, options, progress.part(0.5, 1.0))
    if not near.all():
        around = np.zeros(len(near), dtype=bool)
        around[shapely.STRtree(atoms.geometry).query(local.geometry, predicate="intersects")[1]] = True
        if not _fits(local.geometry, grown.geometry, atoms.geometry[around & ~near], options.precision_m):
            return None
    rest = _taken(atoms, ~near)
    joined = {
        field.name: np.concatenate([getattr(rest, field.name), getattr(grown, field.name)])
        for field in fields(Atoms)
        if field.name != "blocks"
    }
    fresh = np.arange(len(joined["area"])) >= len(rest.area)
    return Regrown(replace(atoms, **joined), fresh, pieces.cut, merges)


def _taken(atoms: Atoms, chosen: np.ndarray) -> Atoms:
    return replace(
        atoms, **{field.name: getattr(atoms, field.name)[chosen] for field in fields(Atoms) if field.name != "blocks"}
    )


def _fits(before: np.ndarray, after: np.ndarray, around: np.ndarray, precision_m: float) -> bool:
    """Tell whether ``after`` has every segment that ``before`` shares with the polygons ``around`` it."""
    sizes = [len(before), len(around), len(after)]
    edges = ring_edges(np.concatenate([before, around, after]), precision_m)
    group = np.repeat(np.arange(3), sizes)[edges.owner]
    of_before, of_around, of_after = (edges.key[group == number] for number in range(3))
    return bool(np.isin(np.intersect1d(of_before, of_around), of_after).all())


def _cut_across(
    pieces: Pieces, thread: np.ndarray, local: Atoms, clean: CleanInput, options: PartitionOptions
) -> Pieces:
    """Return ``pieces`` with the atoms marked in ``thread`` cut across into parts."""
    wanted = np.flatnonzero(thread[pieces.atom])
    narrow = is_thread(pieces.geometry[wanted])
    still = narrow | has_tail(pieces.geometry[wanted])
    wanted, longest_m = wanted[still], np.where(narrow[still], LONGEST_M, TAIL_WIDTH_M)
    if len(wanted) == 0:
        return pieces
    changing = changing_vertices(local.geometry, options.precision_m)
    whole = np.concatenate([clean.compounds[clean.compound_whole], clean.buildings])
    standing = standing_within(pieces.geometry[wanted], whole)
    geometry, atom = [np.delete(pieces.geometry, wanted)], [np.delete(pieces.atom, wanted)]
    part, cuts, cut = [np.delete(pieces.part, wanted)], [pieces.lines], pieces.cut
    for position, obstacles, longest in zip(wanted.tolist(), standing, longest_m.tolist()):
        polygon = pieces.geometry[position]
        lines = lines_across(polygon, changing, obstacles, options.precision_m, longest)
        parts = split_by_lines(polygon, lines, options.precision_m) if lines else [polygon]
        geometry.append(np.array(parts, dtype=object))
        atom.append(np.full(len(parts), pieces.atom[position]))
        part.append(np.full(len(parts), len(parts) > 1))
        cuts.append(np.array(lines, dtype=object))
        cut += len(parts) > 1
    return Pieces(np.concatenate(geometry), np.concatenate(atom), np.concatenate(part), np.concatenate(cuts), cut)
