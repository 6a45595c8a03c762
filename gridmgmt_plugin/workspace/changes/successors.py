"""What follows when unit grids change: successors on their ground, history, outlines of responsibility grids."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.linework import dissolve
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.schema import table
from gridmgmt_plugin.workspace.workspace import Workspace

_SCHEME_PREFIX = "rg_"
# A successor holds at least this much of the cell it follows; less is a boundary redrawn.
_SUCCESSOR_SHARE = 0.01


def scheme_columns(units: Rows) -> list[str]:
    """Return the columns of unit grids that hold assignments to responsibility grids."""
    return [name for name in units.columns if name.startswith(_SCHEME_PREFIX)]


def overlaps(old: np.ndarray, new: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the pairs (old, new) of polygons that share ground, and the m², ordered by old, then largest first."""
    one, two = shapely.STRtree(new).query(old, predicate="intersects")
    shared_m2 = shapely.area(shapely.intersection(old[one], new[two]))
    real = shared_m2 > 0
    one, two, shared_m2 = one[real], two[real], shared_m2[real]
    order = np.lexsort((two, -shared_m2, one))
    return one[order], two[order], shared_m2[order]


def successors_of(old: np.ndarray, new: np.ndarray, codes: np.ndarray) -> list[list[str]]:
    """Return for each old polygon the codes of the new ones on its ground, the largest share first."""
    found: list[list[str]] = [[] for _ in old]
    if len(old) == 0 or len(new) == 0:
        return found
    size_m2 = shapely.area(old)
    for one, two, shared_m2 in zip(*overlaps(old, new)):
        if shared_m2 >= _SUCCESSOR_SHARE * size_m2[one]:
            found[one].append(codes[two])
    return found


def history_rows(closed: Rows, successors: list[list[str]], cause: str) -> Rows:
    """Return closed unit grids as rows of ``unit_grid_history``."""
    names = table("unit_grid_history").column_names
    kept = {name: column for name, column in closed.columns.items() if name in names}
    rows = Rows(kept, closed.geometry)
    return rows.with_columns(
        valid_to=[date.today().isoformat()] * len(closed),
        successors=[",".join(codes) or None for codes in successors],
        cause=[cause] * len(closed),
    )


def rebuilt_outlines(workspace: Workspace, units: Rows, touched: Rows) -> Rows:
    """Return the responsibility grids that a change of unit grids touched, derived again, as rows to update.

    :param units: all unit grids as they are after the change. ``touched``: the assignments of those that changed,
        before and after.
    """
    parts = [rebuilt_of_scheme(workspace, units, touched[column], column) for column in scheme_columns(units)]
    if not parts:
        return Rows({}, np.empty(0, dtype=object), np.empty(0, dtype=np.int64))
    columns = {name: np.concatenate([part[name] for part in parts]) for name in ("unit_count", "area_m2")}
    return Rows(
        columns,
        np.concatenate([part.geometry for part in parts]),
        np.concatenate([part.fid for part in parts]),
    )


def rebuilt_of_scheme(workspace: Workspace, units: Rows, codes: Iterable[str], column: str) -> Rows:
    """Return the responsibility grids of one scheme with these codes, derived again, as rows to update.

    :param units: every unit grid that is assigned to one of ``codes`` after the change; others do no harm.
    :param column: where unit grids hold the scheme's assignment.
    """
    scheme = column[len(_SCHEME_PREFIX) :]
    grids = workspace.read("responsibility_grid", ["code"], {"scheme": scheme}, geometry=False)
    row_of = dict(zip(grids["code"], grids.fid.tolist()))
    wanted = sorted({code for code in codes if code in row_of})
    position = {code: place for place, code in enumerate(wanted)}
    label = np.array([position.get(code, -1) for code in units[column]], dtype=np.int64)
    outlines = dissolve(units.geometry, label, len(wanted))
    count = np.bincount(label[label >= 0], minlength=len(wanted))
    outlines[count == 0] = None
    columns = {
        "unit_count": as_column(count.tolist()),
        "area_m2": as_column(np.round(np.nan_to_num(shapely.area(outlines)), 3).tolist()),
    }
    return Rows(columns, outlines, np.array([row_of[code] for code in wanted], dtype=np.int64))
