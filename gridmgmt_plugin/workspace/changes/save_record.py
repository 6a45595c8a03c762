"""The record of a save from which it can be taken back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import numpy as np

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.transaction import Transaction

FORMAT = 1


@dataclass(frozen=True)
class SaveRecord:
    """What a save was: its main ``table``, the kinds of ``gestures``, how many ``rows`` of the table."""

    table: str
    gestures: tuple[str, ...]
    rows: int


def write_record(
    transaction: Transaction,
    record: SaveRecord,
    changes: Sequence[TableChange],
    inserted: Sequence[np.ndarray],
    at: str,
    by: str,
) -> None:
    """Write the record of changes that were just written. ``inserted``: the new row numbers of each change."""
    content: dict[str, Any] = {
        "format": FORMAT,
        "table": record.table,
        "rows": record.rows,
        "changes": [change.record(numbers) for change, numbers in zip(changes, inserted)],
    }
    entry = {
        "id": uuid4().hex,
        "gesture": ",".join(record.gestures),
        "created_at": at,
        "created_by": by,
        "content": json.dumps(content, ensure_ascii=False),
    }
    transaction.append("take_back", Rows.from_records([entry]))
