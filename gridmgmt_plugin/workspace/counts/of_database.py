"""Which unit grids and lanes a transaction gives rows or takes rows from, found out in the messages that it sends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from gridmgmt_plugin.workspace.counts.counted import COUNTED, MOST_PLACES, counted_among
from gridmgmt_plugin.workspace.news.touched import Touched
from gridmgmt_plugin.workspace.postgis.queued_writes import QueuedWrites
from gridmgmt_plugin.workspace.postgis.sql import array_literal


class CountedPlaces:
    """Notes them for those who keep counts."""

    def __init__(self, queued: QueuedWrites, touched: Touched) -> None:
        self._queued, self._touched = queued, touched

    def inserted(self, table: str, columns: Mapping[str, Any], count: int) -> None:
        """Note the codes of new rows."""
        for name in COUNTED.get(table, ()):
            codes = columns.get(name, np.array([None], dtype=object)) if count <= MOST_PLACES else None
            self._touched.add_places(table, name, codes)

    def before_update(self, table: str, place: str, columns: Mapping[str, Any], fids: np.ndarray) -> None:
        """Note the codes that rows are given, and queue, before what writes them, what tells those that they had.

        The rows are locked as they are looked at: nobody gives them others in between.
        """
        for name in counted_among(table, columns):
            if len(fids) > MOST_PLACES:
                self._touched.add_places(table, name, None)
                continue
            self._touched.add_places(table, name, columns[name])
            sql = f"SELECT {name} AS was FROM {place} WHERE fid = ANY (%s::bigint[])"  # noqa: S608  names of ours
            rows = np.asarray(fids)
            told = "json_agg(DISTINCT coalesce(was, ''))::text"
            settle = partial(self._settle, table, (name,))
            numbers = array_literal(rows, "bigint")
            self._queued.add_told(table, f"{sql} ORDER BY fid FOR UPDATE", (numbers,), told, settle, rows)

    def deleting(self, table: str, sql: str, fids: np.ndarray) -> None:
        """Queue what deletes rows by their numbers, and note the codes that they had."""
        names, rows = COUNTED.get(table, ()), np.asarray(fids)
        numbers = array_literal(rows, "bigint")
        if not names or len(rows) > MOST_PLACES:
            self.anywhere(table)
            self._queued.add(table, sql, (numbers,), rows)
            return
        had = ", ".join(f"json_agg(DISTINCT coalesce({name}, ''))" for name in names)
        told = f"json_build_array({had})::text"
        settle = partial(self._settle, table, names)
        self._queued.add_told(table, f"{sql} RETURNING {', '.join(names)}", (numbers,), told, settle, rows)

    def anywhere(self, table: str) -> None:
        """Note that rows of any code may have been written."""
        for name in COUNTED.get(table, ()):
            self._touched.add_places(table, name, None)

    def _settle(self, table: str, names: tuple[str, ...], told: str) -> None:
        found = json.loads(told) if told else []
        for name, codes in zip(names, found if len(names) > 1 else [found]):
            self._touched.add_places(table, name, codes or ())
