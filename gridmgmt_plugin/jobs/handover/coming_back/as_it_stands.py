"""What a workspace would deliver as the package has it: such a value stays as it stands here."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column, differs, is_null
from gridmgmt_plugin.exchange.package.profile import package_specs
from gridmgmt_plugin.jobs.handover.cleaning import clean_rows
from gridmgmt_plugin.jobs.handover.content import with_plain_times
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.workspace import Workspace


def as_it_stands(workspace: Workspace, name: str, rows: Rows, rounded: Mapping[str, int]) -> Rows:
    """Return what came in without the values that say in the words of a package what is stored: weekdays as ``6-7``
    for what a planner wrote as ``6,7``, a text in one line, a remark without its phone number, a number rounded.

    :param name: of the layer or table in a package; an empty value changes nothing. :param rounded: column → to how
        many decimals the package rounds it.
    """
    told, there = _told(workspace, name, rows)
    changed = {}
    for name_of, delivered in told.items():
        column, mine = rows[name_of].copy(), delivered
        if name_of in rounded:
            digits = rounded[name_of]
            mine = as_column(value if value is None else round(float(value), digits) for value in delivered)
        same = there[~differs(column[there], mine)]
        column[same] = None
        changed[name_of] = column
    return rows.with_columns(**changed)


def said_empty(workspace: Workspace, name: str, rows: Rows) -> dict[str, np.ndarray]:
    """Return column → bool per row: what came in is empty where the workspace would deliver something."""
    told, there = _told(workspace, name, rows)
    found = {}
    for column, mine in told.items():
        found[column] = np.zeros(len(rows), dtype=bool)
        found[column][there] = is_null(rows[column][there]) & ~is_null(mine)
    return found


def _told(workspace: Workspace, name: str, rows: Rows) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return what the workspace would deliver of the rows that are there, by column, and which rows these are."""
    spec = package_specs()[name]
    key = definition_of(spec.table).key
    present = workspace.read(spec.table, geometry=False)
    nothing: tuple[dict[str, np.ndarray], np.ndarray] = {}, np.empty(0, dtype=np.int64)
    if not len(present) or not len(rows) or any(column not in rows for column in key):
        return nothing
    fields = [field for field in spec.fields if field.column in rows and field.column in present]
    try:
        told, _ = clean_rows(with_plain_times(present) if name == "posts" else present, fields, name)
    except InputError:  # something here is no date or number, and could not be delivered at all
        return nothing
    place = {values: at for at, values in enumerate(zip(*(present[column].tolist() for column in key)))}
    at = np.array(
        [place.get(values, -1) for values in zip(*(rows[column].tolist() for column in key))], dtype=np.int64
    )
    there = np.flatnonzero(at >= 0)
    names = [field.column for field in fields if field.column not in key]
    return {column: told[column][at[there]] for column in names}, there
