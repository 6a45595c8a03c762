"""What was brought back from a working copy before: it counts as known on both sides, as it was in the copy then.

The record from which a bring-back can be taken back says it, so it counts as long as that is not taken back. Each row
is known by its number on either side, so that one without a key is known again too, whatever became of it at home.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmgmt_plugin.jobs.areas.working_copy import NOWHERE, CopyMark, Known, Pairs, Sides, joined_base, last_line
from gridmgmt_plugin.workspace.gpkg.base_rows import BaseRows
from gridmgmt_plugin.workspace.workspace import Workspace

_ENTRY = "brought"


@dataclass(frozen=True, eq=False)
class Brought:
    """What of a table is brought back. ``changed``: rows that change. ``added``: numbers of new rows in the copy, in
    the order in which they are written. ``removed``: numbers at home of rows that go.
    """

    changed: Pairs
    added: np.ndarray
    removed: np.ndarray


def known_rows(
    home: Workspace, copy: Workspace, mark: CopyMark, gesture: str, base: Mapping[str, BaseRows]
) -> dict[str, Known]:
    """Return by table the rows that both sides know: those of the copy when it was made, and those brought since.

    A twin of the copy in which something else was done meanwhile is not the copy that was brought back.
    """
    known = {name: Known(rows.fids, rows) for name, rows in base.items()}
    records = home.read("take_back", ["content"], {"gesture": gesture, "taken_back_at": None}, geometry=False)
    for at in np.argsort(records.fids):
        content = json.loads(records["content"][at])
        entry = content.get(_ENTRY)
        if entry is None or entry["copy"] != mark.id:
            continue
        if last_line(copy, entry["log"]) != (entry["log"], entry["last"]):
            continue
        for name, rows in entry["tables"].items():
            known[name] = _advanced(known[name], rows, content["numbers"].get(name, ()))
    return known


def brought_entry(copy: Workspace, mark: CopyMark, sides: Mapping[str, Sides], brought: Mapping[str, Brought]) -> Any:
    """Return what the record of a bring-back says of the rows, to be given to :func:`known_rows` the next time."""
    number, digest = last_line(copy, None)
    tables = {}
    for name, rows in brought.items():
        marks = sides[name].marks
        changed, added = (_marked(marks, fids) for fids in (rows.changed.copy.fids, rows.added))
        if len(rows.changed) + len(rows.added) + len(rows.removed):
            tables[name] = {
                "home": rows.changed.home.fids.tolist(),
                "gone": sides[name].left[np.searchsorted(sides[name].removed.fids, rows.removed)].tolist(),
                "changed": _texts(changed),
                "added": _texts(added),
            }
    return {_ENTRY: {"copy": mark.id, "log": number, "last": digest, "tables": tables}}


def _advanced(known: Known, entry: Mapping[str, Any], numbers: Sequence[int]) -> Known:
    """Return the rows that are known after a bring-back."""
    new = [_rows(entry["changed"]), _rows(entry["added"])]
    homes = np.array([*entry["home"], *numbers], dtype=np.int64)
    fids = np.concatenate([part.fids for part in new])
    stays = ~np.isin(known.rows.fids, [*entry["gone"], *fids.tolist()])
    # A file gives the number of a deleted row anew.
    former = np.where(np.isin(known.homes[stays], homes), NOWHERE, known.homes[stays])
    return Known(np.concatenate([former, homes]), joined_base([known.rows.take(stays), *new]))


def _marked(marks: BaseRows, fids: np.ndarray) -> BaseRows:
    return marks.take(np.searchsorted(marks.fids, fids))


def _texts(rows: BaseRows) -> list[list[Any]]:
    return [rows.fids.tolist(), *([text.decode() for text in part.tolist()] for part in (rows.digests, rows.names))]


def _rows(texts: list[list[Any]]) -> BaseRows:
    fids, digests, names = texts
    return BaseRows(np.array(fids, dtype=np.int64), np.array(digests, dtype="S16"), np.array(names, dtype="S16"))
