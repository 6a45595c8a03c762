"""Closed unit grids as rows of ``unit_grid_history``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.changes.lineage import Causes, Lineage
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.changes.touched_cells import TouchedCells
from gridmgmt_plugin.workspace.schema import table

TABLE = "unit_grid_history"


def history_change(touched: TouchedCells, closed: np.ndarray, lineage: Lineage, causes: Causes) -> TableChange:
    """Return the history of a change. ``closed``: int64, positions in ``before`` of the cells that it closes."""
    if len(closed) == 0:
        return TableChange(TABLE)
    rows = touched.before.take(closed)
    heirs = [lineage.heirs.get(code, (code,)) for code in rows["code"]]
    return TableChange(TABLE, inserted=_rows(rows, heirs, [causes[code] for code in rows["code"]]))


def _rows(closed: Rows, successors: Sequence[Sequence[str]], causes: Sequence[str]) -> Rows:
    names = table(TABLE).column_names
    kept = {name: column for name, column in closed.columns.items() if name in names}
    return Rows(kept, closed.geometry).with_columns(
        valid_to=[clock.today().isoformat()] * len(closed),
        successors=[",".join(codes) or None for codes in successors],
        cause=causes,
    )
