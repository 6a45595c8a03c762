"""What a workspace would deliver as the package has it: such a value stays as it stands here."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column, differs
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
    spec = package_specs()[name]
    key = definition_of(spec.table).key
    present = workspace.read(spec.table, geometry=False)
    if not len(present) or not len(rows) or any(column not in rows for column in key):
        return rows
    fields = [field for field in spec.fields if field.column in rows and field.column in present]
    try:
        told, _ = clean_rows(with_plain_times(present) if name == "posts" else present, fields, name)
    except InputError:  # something here is no date or number, and could not be delivered at all
        return rows
    place = {values: at for at, values in enumerate(zip(*(present[column].tolist() for column in key)))}
    at = np.array(
        [place.get(values, -1) for values in zip(*(rows[column].tolist() for column in key))], dtype=np.int64
    )
    there = np.flatnonzero(at >= 0)
    changed = {}
    for field in fields:
        if field.column in key:
            continue
        column = rows[field.column].copy()
        mine = told[field.column][at[there]]
        if field.column in rounded:
            mine = as_column(value if value is None else round(float(value), rounded[field.column]) for value in mine)
        same = there[~differs(column[there], mine)]
        column[same] = None
        changed[field.column] = column
    return rows.with_columns(**changed)
