"""Identifiers of rows that come in: damage by spreadsheets, repetitions, and what the workspace holds already."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from gridmgmt_plugin.core.codes.damaged_codes import DECIMAL_TAIL, DIGITS_LOST, DamagedCodes
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.jobs.intake.rejections import Rejections

IN_FILE, IN_WORKSPACE = "duplicate_in_file", "already_in_workspace"


def undamaged_ids(
    damaged: DamagedCodes, codes: np.ndarray, rejections: Rejections, notes: list[Message]
) -> np.ndarray:
    """Return identifiers as text; rows whose identifier a spreadsheet damaged beyond repair are rejected.

    ``damaged``: what :func:`.damage_of` says of the column; ``codes``: its cells cleaned.

    A decimal tail (2025000001.0) loses nothing and is taken off, with a note.
    """
    ids = codes.copy()
    tails = damaged.rows[damaged.reasons == DECIMAL_TAIL]
    if len(tails):
        ids[tails] = [text.split(".")[0] for text in ids[tails]]
        notes.append(Message("decimal_tails_taken_off", {"count": len(tails)}))
    lost = damaged.reasons != DECIMAL_TAIL
    rejections.add(damaged.rows[lost], damaged.reasons[lost], ids[damaged.rows[lost]])
    rounded = damaged.counts().get(DIGITS_LOST, 0)
    if rounded:
        notes.append(Message("codes_rounded_together", {"count": rounded}))
    return ids


def numbers_of(keys: np.ndarray, present: Mapping[Any, int]) -> np.ndarray:
    """Return the row number of the counterpart of each key, int64, −1 where there is none."""
    if not present:
        return np.full(len(keys), -1, dtype=np.int64)
    return np.fromiter((present.get(key, -1) for key in keys.tolist()), dtype=np.int64, count=len(keys))


def content_keys(rows: np.ndarray, columns: list[np.ndarray], seen: Counter[str] | None = None) -> np.ndarray:
    """Return an identifier made of the content for each of ``rows``: the same row gives the same one next time.

    Rows that are equal in everything get ``-2``, ``-3`` … in their order.

    :param seen: how often each content was met in parts of the file before; counted on.
    """
    seen = Counter() if seen is None else seen
    keys = []
    for values in zip(*(column[rows].tolist() for column in columns)):
        text = "\x1f".join("" if value is None else str(value) for value in values)
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
        seen[digest] += 1
        keys.append(digest if seen[digest] == 1 else f"{digest}-{seen[digest]}")
    return as_column(keys)
