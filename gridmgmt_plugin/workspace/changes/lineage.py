"""Where the ground of a change went: overlaid from the cells before and after it, whatever made the change.

Gestures of ours, QGIS's own tools, an import, a repair, undo and redo all leave the same picture, so codes and what
hangs on cells follow it and nothing else.
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

# A cell that was taken out and put back under its code is the same one when more than this share of both is common.
_SAME_CELL_SHARE = 0.5


@dataclass(frozen=True)
class Lineage:
    """``gone``: codes that no cell bears any more. ``born``: codes that no cell bore before. ``reborn``: codes whose
    cell is no more and that another cell, on other ground, bears now. ``heirs``: code → codes of the cells on its
    ground afterwards, the largest share first, for every cell that gave its ground or got another outline (its own
    code among them where it stays).
    """

    gone: tuple[str, ...]
    born: tuple[str, ...]
    reborn: tuple[str, ...]
    heirs: Mapping[str, tuple[str, ...]]

    @property
    def ended(self) -> tuple[str, ...]:
        """Return the codes whose cell is no more, whether or not another one bears the number now."""
        return (*self.gone, *self.reborn)


def lineage_of(touched: TouchedCells) -> Lineage:
    """Return the lineage of the touched cells, by code."""
    changed, now = touched.changed, touched.mine_after
    codes_before = _codes(touched.before["code"][touched.mine_before])
    codes_after = _codes(touched.after["code"][now])
    renamed = touched.before["code"][changed] != touched.after["code"][touched.now(changed)]
    old = np.union1d(touched.ground_before, changed[np.asarray(renamed, dtype=bool)])
    # A cell around the edits may lie on the ground only if the outlines were at odds before; it is an heir only where
    # there is no other, as when one of two cells goes that were drawn on the same ground.
    found = _followed_by(touched, old, now)
    left = np.array([not following for following in found], dtype=bool) & np.isin(old, touched.removed)
    for at, following in zip(
        np.flatnonzero(left).tolist(), _followed_by(touched, old[left], np.arange(len(touched.after)))
    ):
        found[at] = following
    heirs: dict[str, tuple[str, ...]] = {}
    for code, following in zip(touched.before["code"][old], found):
        if code is not None:
            heirs[str(code)] = tuple(dict.fromkeys(following))
    return Lineage(
        gone=tuple(sorted(codes_before - codes_after)),
        born=tuple(sorted(codes_after - codes_before)),
        reborn=_reborn(touched),
        heirs=heirs,
    )


def causes_of(gestures: Iterable[Gesture]) -> dict[str, str]:
    """Return code → kind of the last gesture of ours that changed or removed its cell."""
    kinds: dict[str, str] = {}
    for gesture in gestures:
        if gesture.kind != NATIVE:
            kinds.update({state.code: gesture.kind for state in gesture.before if state.code is not None})
    return kinds


@dataclass(frozen=True)
class Causes:
    """Why cells change. ``of``: code → cause. ``otherwise``: the cause of all others."""

    of: Mapping[str, str]
    otherwise: str = NATIVE

    def __getitem__(self, code: str) -> str:
        return self.of.get(code, self.otherwise)


def settle_codes(
    register: CodeRegister, lineage: Lineage, causes: Causes, at: str, by: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Enter the lineage into the register; return the codes that were retired and those that were discarded.

    New codes become drafts. Of codes that are gone a draft is given back, a valid one is retired with its reason and
    successors. Where a retired code names a draft that passed ground on, it names all that have this ground now.
    """
    register.claim([code for code in lineage.born if code not in register], at=at, by=by)
    ended = frozenset(lineage.ended)
    passing = {
        code: heirs if code in ended else (code, *(heir for heir in heirs if heir != code))
        for code, heirs in lineage.heirs.items()
        if register.state(code) == DRAFT and (code in ended or set(heirs) - {code})
    }
    # A number may be an heir's as well: every line is cut before one is tied again.
    for code in passing:
        register.hand_down(code, [_waiting(code)])
    for code, heirs in passing.items():
        register.hand_down(_waiting(code), heirs)
    retired: list[str] = []
    discarded: list[str] = []
    for code in lineage.gone:
        if code not in register:
            continue
        was_valid = register.withdraw(code, causes[code], lineage.heirs.get(code, ()), at, by)
        (retired if was_valid else discarded).append(code)
    return tuple(retired), tuple(discarded)


def closed_cells(register: CodeRegister, touched: TouchedCells, lineage: Lineage, precision_m: float) -> np.ndarray:
    """Return the positions in ``before`` of valid cells that are no more or have another outline, beyond rounding.

    Call it before :func:`settle_codes`.
    """
    reshaped = touched.reshaped
    old, new = touched.before.shapes[reshaped], touched.after.shapes[touched.now(reshaped)]
    moved_m2 = shapely.area(shapely.symmetric_difference(shapely.make_valid(old), new))
    real = reshaped[np.asarray(moved_m2 > precision_m * shapely.length(old), dtype=bool)]
    ended = touched.mine_before[np.isin(touched.before["code"][touched.mine_before].astype(str), lineage.ended)]
    positions = np.union1d(real, ended)
    valid = [register.state(code) == VALID for code in touched.before["code"][positions]]
    return np.asarray(positions[np.array(valid, dtype=bool)])


def _followed_by(touched: TouchedCells, old: np.ndarray, new: np.ndarray) -> list[list[str]]:
    """Return the codes on the ground of cells. ``old``, ``new``: int64, positions in ``before`` and in ``after``."""
    shapes = touched.after.shapes[new]
    sound = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    return successors_of(touched.before.shapes[old], shapes[sound], touched.after["code"][new[sound]])


def _reborn(touched: TouchedCells) -> tuple[str, ...]:
    """Return the codes that passed from a cell that was removed to another one that was added."""
    place = {code: at for at, code in zip(touched.added.tolist(), touched.after["code"][touched.added]) if code}
    pairs = [
        (at, place[code])
        for at, code in zip(touched.removed.tolist(), touched.before["code"][touched.removed])
        if code in place
    ]
    if not pairs:
        return ()
    old, new = np.array(pairs, dtype=np.int64).T
    one, two = touched.before.shapes[old], touched.after.shapes[new]
    common_m2 = shapely.area(shapely.intersection(shapely.make_valid(one), shapely.make_valid(two)))
    larger_m2 = np.maximum(shapely.area(one), shapely.area(two))
    other = ~(common_m2 > _SAME_CELL_SHARE * larger_m2)
    return tuple(sorted(touched.before["code"][old[other]].tolist()))


def _codes(column: np.ndarray) -> set[str]:
    return {str(code) for code in column if code is not None}


def _waiting(code: str) -> str:
    """Return a name that no code can have, for a draft whose heirs are about to be named."""
    return f"?{code}"
