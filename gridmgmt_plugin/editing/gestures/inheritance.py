"""What the cells after a gesture carry: what new ones inherit, and how households and population are shared out."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.coverage.gestures.edit import NOBODY, CoverageEdit
from gridmgmt_plugin.editing.gestures.neighbourhood import Neighbourhood

COUNTED = ("households", "population")
_INHERITED = (
    "grid_kind",
    "land_use",
    "grade",
    "responsible_code",
    "fallback_code",
    "mapped_scale",
)
_SCHEME_PREFIX = "rg_"
# A boundary that is redrawn moves no households: the planner's figures stay with their cells.
_BOUNDARY_KINDS = ("reshape", "vertex", "repair")


def inherited(near: Neighbourhood, edit: CoverageEdit, added: int) -> dict[str, Any]:
    """Return the attributes of an added cell without code, area and counts.

    It takes over what holds for the ground (kind, land use, grade, who answers, assignments); its name is not that
    of the cell it came from.
    """
    source = int(edit.added_from[added])
    values: dict[str, Any] = {
        "area_code": near.areas[int(edit.added_group[added])] or None,
        "state": "draft",
        "valid_from": clock.today().isoformat(),
        "row_version": 1,
    }
    if source == NOBODY:
        return values
    for name, column in near.rows.columns.items():
        if name in _INHERITED or name.startswith(_SCHEME_PREFIX):
            values[name] = column[source]
    values["prior_code"] = near.code[source]
    return values


def shared_counts(near: Neighbourhood, edit: CoverageEdit) -> dict[str, dict[int, int | None]]:
    """Return column → target → count, for the cells whose households and population change.

    The count of a cell that was cut up or is no more goes to those that hold its ground, by area, whole numbers by
    the largest remainder; what comes together is added up, so that the sum over all cells stays. A target is a
    position among the cells before, or n + j for the j-th added one. A count that nobody knows stays unknown.
    """
    if edit.kind in _BOUNDARY_KINDS:
        return {name: {} for name in COUNTED}
    return {name: _shared(near, edit, near.rows[name]) for name in COUNTED if name in near.rows}


def _shared(near: Neighbourhood, edit: CoverageEdit, counts: np.ndarray) -> dict[int, int | None]:
    flows, total = edit.flows, len(near)
    moved = (flows.source != NOBODY) & (flows.source != flows.target)
    after: dict[int, int | None] = {}
    for source in np.unique(flows.source[moved]).tolist():
        after[source] = None
        if source not in edit.removed:
            after[source] = 0 if counts[source] is not None else None
    for target in np.unique(flows.target[moved]).tolist():
        if target not in after:
            after[target] = counts[target] if target < total else None
    for source in np.unique(flows.source[moved]).tolist():
        if counts[source] is None:
            continue
        mine = flows.source == source
        shares = share_out(int(counts[source]), flows.area_m2[mine])
        for target, share in zip(flows.target[mine].tolist(), shares.tolist()):
            after[target] = (after[target] or 0) + share
    return {target: count for target, count in after.items() if target not in edit.removed}


def share_out(count: int, weights: np.ndarray) -> np.ndarray:
    """Return whole shares of ``count`` (int64) in proportion to ``weights``; they add up to it.

    What is left after rounding down goes to the largest remainders, of equal ones to the first.
    """
    exact = count * weights / weights.sum()
    shares: np.ndarray = np.floor(exact).astype(np.int64)
    rest = count - int(shares.sum())
    shares[np.argsort(shares - exact, kind="stable")[:rest]] += 1
    return shares
