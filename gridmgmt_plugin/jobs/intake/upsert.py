"""Rows that come in against rows that are there: what is new, what changes, what stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.parts import as_multi
from gridmgmt_plugin.core.rows import Rows, differs, is_null
from gridmgmt_plugin.workspace.transaction import Transaction


@dataclass(frozen=True)
class Upsert:
    """``added``: rows to insert. ``changed``: rows to update, with their numbers and versions. ``unchanged``: how
    many rows say what the table says already.
    """

    added: Rows
    changed: Rows
    unchanged: int

    def write(self, transaction: Transaction, table: str) -> None:
        """Write both parts."""
        transaction.insert(table, self.added)
        transaction.update(table, self.changed)


def upsert(incoming: Rows, present: Rows, key: Sequence[str]) -> Upsert:
    """Return how ``incoming`` (unique by ``key``) changes the rows that are there (whole rows of the same table)."""
    place = {values: row for row, values in enumerate(zip(*(present[name] for name in key)))}
    match = np.array([place.get(values, -1) for values in zip(*(incoming[name] for name in key))], dtype=np.int64)
    return upsert_matched(incoming, present, match)


def upsert_matched(incoming: Rows, present: Rows, match: np.ndarray) -> Upsert:
    """Return the same where each row knows its counterpart: int64 positions in ``present``, −1 = new.

    An empty cell changes nothing: files often fill some columns only.
    """
    old = np.flatnonzero(match >= 0)
    there = match[old]
    merged = {}
    other = np.zeros(len(old), dtype=bool)
    for name, column in incoming.columns.items():
        before, after = present[name][there], column[old]
        merged[name] = np.where(is_null(after), before, after)
        other |= differs(merged[name], before)
    geometry = None
    if incoming.geometry is not None:
        geometry = incoming.geometry[old]
        lost = shapely.is_missing(geometry)
        stored = present.shapes[there]
        geometry[lost] = stored[lost]
        other |= differs(shapely.to_wkb(as_multi(geometry)), shapely.to_wkb(as_multi(stored)))
    if "row_version" in present:
        merged["row_version"] = present["row_version"][there]
    changed = Rows(merged, geometry, present.fids[there]).take(other)
    return Upsert(incoming.take(match < 0), changed, int((~other).sum()))
