"""Rows of a table about responsibility grids: which grid of which scheme each means. No grid is made by a table."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.intake.rejections import Rejections
from gridmgmt_plugin.jobs.intake.typed_columns import TypedColumns
from gridmgmt_plugin.workspace.workspace import Workspace

GRID = "responsibility_grid"
#: What follows from unit grids and the register, and is never read from a file.
DERIVED = ("area_code", "unit_count", "area_m2", "state", "valid_from", "valid_to")


def grids_meant(workspace: Workspace, typed: TypedColumns, codes: np.ndarray, rejections: Rejections) -> np.ndarray:
    """Fill in the scheme of each row, reject those whose scheme or grid is not there; return ``scheme|code``.

    A scheme goes by its key or title. A row that names none means the only scheme of the workspace.

    :param codes: object array, the grid's code of each row.
    :raises InputError: ``grid_scheme_not_told`` when the file names no scheme and there are several, or none.
    """
    schemes = workspace.read("scheme", ["key", "title"], geometry=False)
    keys = _schemes_of(schemes, typed, rejections)
    typed.columns["scheme"] = keys
    grids = workspace.read(GRID, ["scheme", "code"], geometry=False)
    there = set(zip(texts(grids, "scheme").tolist(), texts(grids, "code").tolist()))
    unknown = [row for row in rejections.kept.tolist() if (keys[row], codes[row]) not in there]
    for row in unknown:
        one = np.array([row], dtype=np.int64)
        rejections.add(one, "grid_not_there", codes[one], {"scheme": keys[row]})
    _reject_reversed(typed.columns, rejections)
    return as_column(f"{scheme or ''}|{code or ''}" for scheme, code in zip(keys, codes))


def _schemes_of(schemes: Rows, typed: TypedColumns, rejections: Rejections) -> np.ndarray:
    known = texts(schemes, "key").tolist()
    given = typed.columns.get("scheme")
    if given is None:
        if len(known) != 1:
            raise InputError("grid_scheme_not_told", schemes=listing(known) if known else "–")
        return as_column(known * len(rejections.reasons))
    by_title = {title: key for key, title in zip(known, texts(schemes, "title").tolist()) if title}
    only = known[0] if len(known) == 1 else None
    found = as_column(only if value is None else value if value in known else by_title.get(value) for value in given)
    unknown = np.array([row for row, value in enumerate(found) if value is None], dtype=np.int64)
    titles = {"table_zh": "网格类别", "table_en": "Grid schemes"}
    rejections.add(unknown, "reference_unknown", as_column(given[row] or "–" for row in unknown), titles)
    return found


def _reject_reversed(columns: Mapping[str, np.ndarray], rejections: Rejections) -> None:
    first, last = columns.get("contract_from"), columns.get("contract_to")
    if first is None or last is None:
        return
    for row in rejections.kept.tolist():
        if first[row] and last[row] and str(last[row])[:10] < str(first[row])[:10]:
            told = {"valid_from": str(first[row])[:10], "valid_to": str(last[row])[:10]}
            one = np.array([row], dtype=np.int64)
            rejections.add(one, "period_reversed", last[one], told)
