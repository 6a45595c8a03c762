"""Old and new codes of components side by side: which code came after which, and by which layouts they are made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.codes.layout import layouts_of_kind
from gridmgmt_plugin.core.codes.parts import CodeLayout
from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.geometry.finite import points_at
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.workspace import Workspace

_TABLE = "component"
#: Columns of :func:`pair_rows`.
PAIR_COLUMNS: dict[str, type] = {
    "old_code": str, "code": str, "class_code": str, "name": str, "old_layout": str, "new_layout": str,
    "borne_by": int,
}  # fmt: skip


@dataclass(frozen=True)
class CodePair:
    """A component that bore another code: ``old_layout``, ``layout`` say by which layouts of component codes the two
    are good ones, "" for none. ``borne_by``: how many components name this old code. ``fid``: the row; ``x``, ``y``:
    metres of the frame, not-a-number without a place.
    """

    old_code: str
    code: str
    class_code: str
    name: str
    old_layout: str
    layout: str
    borne_by: int
    fid: int
    x: float
    y: float


def find_pairs(workspace: Workspace) -> tuple[CodePair, ...]:
    """Return the components that bore another code, in the order of their old codes."""
    rows = workspace.read(_TABLE, ["code", "old_code", "class_code", "name"])
    old, new = texts(rows, "old_code"), texts(rows, "code")
    rows = rows.take((old != "") & (old != new))
    old, new, classes, names = (texts(rows, name).tolist() for name in ("old_code", "code", "class_code", "name"))
    x, y = (axis.tolist() for axis in rows.xy())
    borne, known = Counter(old), layouts_of_kind(_TABLE)
    found = (
        CodePair(*codes, _fitting(codes[0], known), _fitting(codes[1], known), borne[codes[0]], *where)
        for codes, where in zip(zip(old, new, classes, names), zip(rows.fids.tolist(), x, y))
    )
    return tuple(sorted(found, key=lambda one: (one.old_code, one.code)))


def pair_rows(pairs: Sequence[CodePair]) -> Rows:
    """Return them as points, columns :data:`PAIR_COLUMNS`."""
    told = {"new_layout": "layout"}
    columns = {name: as_column(getattr(one, told.get(name, name)) or None for one in pairs) for name in PAIR_COLUMNS}
    x, y = (np.array([getattr(one, axis) for one in pairs], dtype=np.float64) for axis in "xy")
    return Rows(columns, points_at(x, y))


def _fitting(code: str, known: Sequence[CodeLayout]) -> str:
    """Return the labels of the layouts that a code fits; several may fit the same digits."""
    return " / ".join(one.label for one in known if one.fits(code))
