"""The record of a save from which it can be taken back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import numpy as np

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.transaction import Transaction

FORMAT = 1


@dataclass(frozen=True)
class SaveRecord:
    """What a save was: its main ``table``, the kinds of ``gestures``, how many ``rows`` of the table.

    ``beside``: what else is kept in the record, plain JSON, for who reads it as long as the save is not taken back.
    """

    table: str
    gestures: tuple[str, ...]
    rows: int
    beside: Mapping[str, Any] = field(default_factory=dict)


def write_record(
    transaction: Transaction,
    record: SaveRecord,
    changes: Sequence[TableChange],
    inserted: Sequence[np.ndarray],
    at: str,
    by: str,
) -> None:
    """Write the record of changes that were just written. ``inserted``: the new row numbers of each change, which
    stand in the record by table (``numbers``) where something stands ``beside``.
    """
    content: dict[str, Any] = {
        "format": FORMAT,
        "table": record.table,
        "rows": record.rows,
        "changes": [change.record(numbers) for change, numbers in zip(changes, inserted)],
    }
    if record.beside:
        numbers: dict[str, list[int]] = {}
        for change, new in zip(changes, inserted):
            numbers.setdefault(change.table, []).extend(map(int, new))
        content = {**record.beside, **content, "numbers": numbers}
    entry = {
        "id": uuid4().hex,
        "gesture": ",".join(record.gestures),
        "created_at": at,
        "created_by": by,
        "content": json.dumps(content, ensure_ascii=False),
    }
    transaction.append("take_back", Rows.from_records([entry]))
