"""Whether somebody else was first with the rows that were edited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gridmgmt_plugin.core.columns import geometries
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.editing.saving.reports import GuardFault, Refusal, SaveRefused
from gridmgmt_plugin.editing.saving.versions import ReadVersions
from gridmgmt_plugin.workspace.changes.both_versions import both_versions
from gridmgmt_plugin.workspace.changes.touched_cells import TouchedCells
from gridmgmt_plugin.workspace.schema import table as definition_of

#: The reason why a save is refused whose rows somebody else changed meanwhile.
OVERTAKEN = "save_rows_overtaken"


def refuse_overtaken(touched: TouchedCells, versions: ReadVersions) -> None:
    """Do nothing when every edited cell is still stored as it was when editing began.

    :raises SaveRefused: ``save_rows_overtaken``, with the cells and their places.
    """
    edited = touched.before.take(touched.mine_before)
    refuse_changed_rows("unit_grid", edited, versions, _values_given(touched), touched.missing)


def _values_given(touched: TouchedCells) -> dict[int, dict[str, Any]]:
    """Return by row number what the edits would write into the cells that are stored."""
    stored, ours = touched.before.take(touched.changed), touched.after.take(touched.now(touched.changed))
    given: dict[int, dict[str, Any]] = {fid: {} for fid in _numbers(stored)}
    for name in stored.columns:
        for at in np.flatnonzero(stored.differs(name, ours)).tolist():
            given[int(stored.fids[at])][name] = ours[name][at]
    return given


def refuse_changed_rows(
    table: str, stored: Rows, versions: ReadVersions, given: Mapping[int, Mapping[str, Any]], missing: int = 0
) -> None:
    """Do nothing when rows still have the versions that were edited.

    :param stored: the rows as they are now. ``given``: by row number, the values that the edits would write, so that
        both can be looked at. ``missing``: how many edited rows are no more.
    :raises SaveRefused: ``save_rows_overtaken``.
    """
    definition = definition_of(table)
    changed = np.zeros(len(stored), dtype=bool)
    if definition.versioned:
        changed = stored.differs("row_version", versions.of(stored.fids.tolist()))
    if not changed.any() and missing == 0:
        return
    rows = stored.take(changed)
    keys = ["|".join(str(rows[name][at]) for name in definition.key) for at in range(len(rows))]
    message = Message(
        "save_rows_overtaken",
        {
            "count": len(rows) + missing,
            "table": definition.zh,
            "table_en": definition.en,
            "codes": listing([key for key in keys if key]) or "–",
        },
    )
    places = geometries(rows)
    told = [_overtaken(table, key, rows, at, given.get(int(rows.fids[at]), {})) for at, key in enumerate(keys)]
    faults = tuple(
        GuardFault("overtaken", (key,), (int(fid),), place, 0.0, what, False)
        for key, fid, place, what in zip(keys, rows.fids, places, told)
    )
    raise SaveRefused(Refusal(message, faults))


def _overtaken(table: str, key: str, rows: Rows, at: int, given: Mapping[str, Any]) -> Message:
    """Return the sentence about one row, with what stands there now and what the edits would write, side by side."""
    names = [name for name in given if name != "row_version"]
    if not names:
        return Message("row_overtaken", {"code": key})
    return both_versions("row_overtaken_both", table, key, rows, at, {name: given[name] for name in names})


def _numbers(rows: Rows) -> list[int]:
    return [int(fid) for fid in rows.fids]
