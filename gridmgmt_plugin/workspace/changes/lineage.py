"""Where the ground of a save went: overlaid from the stored and the edited cells, whatever tool moved it.

Gestures of ours, QGIS's own tools, undo and redo all leave the same picture, so codes and what hangs on cells follow
it and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.codes.stored import DRAFT, VALID
from gridmgmt_plugin.workspace.changes.gestures import NATIVE, Gesture
from gridmgmt_plugin.workspace.changes.successors import successors_of
from gridmgmt_plugin.workspace.changes.touched_cells import TouchedCells


@dataclass(frozen=True)
class Lineage:
    """``gone``: codes that no cell bears any more. ``born``: codes that no cell bore before. ``heirs``: code → codes
    of the cells on its ground afterwards, the largest share first, for every cell that gave its ground or got
    another outline (its own code among them where it stays).
    """

    gone: tuple[str, ...]
    born: tuple[str, ...]
    heirs: Mapping[str, tuple[str, ...]]


def lineage_of(touched: TouchedCells) -> Lineage:
    """Return the lineage of the touched cells, by code."""
    changed = touched.changed
    now = np.concatenate([touched.now(changed), touched.added])
    codes_before = _codes(touched.before["code"][np.concatenate([changed, touched.removed])])
    codes_after = _codes(touched.after["code"][now])
    renamed = touched.before["code"][changed] != touched.after["code"][touched.now(changed)]
    old = np.union1d(touched.ground_before, changed[np.asarray(renamed, dtype=bool)])
    # A cell around the edits may lie on the ground only if the outlines were at odds before; it is no heir.
    shapes = touched.after.geometry[now]
    sound = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    found = successors_of(touched.before.geometry[old], shapes[sound], touched.after["code"][now[sound]])
    heirs: dict[str, tuple[str, ...]] = {}
    for code, following in zip(touched.before["code"][old], found):
        if code is not None:
            heirs[str(code)] = tuple(dict.fromkeys(following))
    return Lineage(
        gone=tuple(sorted(codes_before - codes_after)),
        born=tuple(sorted(codes_after - codes_before)),
        heirs=heirs,
    )


def causes_of(gestures: Iterable[Gesture]) -> dict[str, str]:
    """Return code → kind of the last gesture of ours that changed or removed its cell."""
    kinds: dict[str, str] = {}
    for gesture in gestures:
        if gesture.kind != NATIVE:
            kinds.update({state.code: gesture.kind for state in gesture.before if state.code is not None})
    return kinds


def settle_codes(
    register: CodeRegister, lineage: Lineage, causes: Mapping[str, str], at: str, by: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Enter the lineage into the register; return the codes that were retired and those that were discarded.

    New codes become drafts. Of codes that are gone a draft is given back, a valid one is retired with its reason and
    successors. Where a retired code names a draft that passed ground on, it names all that have this ground now.
    """
    register.claim([code for code in lineage.born if code not in register], at=at, by=by)
    retired, discarded = [], []
    for code, heirs in lineage.heirs.items():
        if code not in lineage.gone and register.state(code) == DRAFT and set(heirs) - {code}:
            register.hand_down(code, [code, *(heir for heir in heirs if heir != code)])
    for code in lineage.gone:
        if code not in register:
            continue
        heirs = lineage.heirs.get(code, ())
        was_valid = register.withdraw(code, causes.get(code, NATIVE), heirs, at, by)
        (retired if was_valid else discarded).append(code)
    return tuple(retired), tuple(discarded)


def closed_cells(register: CodeRegister, touched: TouchedCells, lineage: Lineage, precision_m: float) -> np.ndarray:
    """Return the positions in ``before`` of valid cells that are no more or have another outline, beyond rounding.

    Call it before :func:`settle_codes`.
    """
    reshaped = touched.reshaped
    old, new = touched.before.geometry[reshaped], touched.after.geometry[touched.now(reshaped)]
    moved_m2 = shapely.area(shapely.symmetric_difference(old, new))
    real = reshaped[np.asarray(moved_m2 > precision_m * shapely.length(old), dtype=bool)]
    gone = np.flatnonzero(np.isin(touched.before["code"].astype(str), lineage.gone))
    gone = np.intersect1d(gone, np.concatenate([touched.changed, touched.removed]))
    positions = np.union1d(real, gone)
    valid = [register.state(code) == VALID for code in touched.before["code"][positions]]
    return positions[np.array(valid, dtype=bool)]


def _codes(column: np.ndarray) -> set[str]:
    return {str(code) for code in column if code is not None}
