"""A receipt as a receiver sends it: csv or xlsx as any table, or JSON as its programs write it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.exchange.source import Source, with_real_characters

#: Under which name the rows stand in a JSON object, and what else of it concerns every row.
_ROWS, _SHARED = ("rows", "items", "data", "results"), ("release", "layer")


def read_receipt(path: str, encoding: str = "auto") -> Source:
    """Return the rows of a receipt as they stand.

    JSON is a list of objects, or an object with such a list as ``rows`` (or ``items``, ``data``, ``results``) and
    perhaps ``release`` and ``layer`` for all of them.

    :raises InputError: ``file_missing``, ``receipt_json_unreadable``, and what :func:`.reading.read_source` raises.
    """
    file = Path(path)
    if file.suffix.lower() != ".json":
        return read_source(path, None, encoding)
    if not file.is_file():
        raise InputError("file_missing", path=path)
    records = _records(file)
    names = list(dict.fromkeys(name for record in records for name in record))
    columns = {name: as_column(_cell(record.get(name)) for record in records) for name in names}
    numbers = np.arange(1, len(records) + 1, dtype=np.int64)
    return with_real_characters(Source(Rows(columns), file.stem, path, None, "UTF-8", row_numbers=numbers))


def _records(file: Path) -> list[dict[str, Any]]:
    try:
        content = json.loads(file.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise InputError("receipt_json_unreadable", name=file.name) from error
    shared: dict[str, Any] = {}
    if isinstance(content, dict):
        shared = {name: content[name] for name in _SHARED if name in content}
        content = next((content[name] for name in _ROWS if name in content), None)
    if not isinstance(content, list) or not all(isinstance(row, dict) for row in content):
        raise InputError("receipt_json_unreadable", name=file.name)
    return [{**shared, **row} for row in content]


def _cell(value: Any) -> Any:
    """Return a value as a cell holds it: what is nested, true and false as JSON writes them."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list, bool)) else value
