"""What a file that came in holds: its rows as they stand, where it says it lies, how its text was decoded."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.row_problems import RowProblems


def _no_numbers() -> np.ndarray:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Source:
    """A table or layer as it stands in a file; nothing in it is repaired, nothing left out.

    ``rows``: the columns as read (text as ``str``, blanks and words for nothing as ``None``, dates of a layer as ISO
    8601 text) and the geometries, two-dimensional. ``name``: file stem, layer or sheet. ``path``: as the user gave
    it. ``crs_wkt``: what the file says about its reference system, ``None`` when it says nothing. ``encoding``: the
    codec of its text. ``notes``: what the user should know about the file as a whole. ``row_numbers``: int64 array,
    the number under which the user finds each row (line of a text table, row of a sheet, feature id of a layer).
    ``problems``: what is wrong with single rows.
    """

    rows: Rows
    name: str
    path: str
    crs_wkt: str | None
    encoding: str
    notes: tuple[Message, ...] = ()
    row_numbers: np.ndarray = field(default_factory=_no_numbers)
    problems: RowProblems = field(default_factory=RowProblems)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def field_names(self) -> tuple[str, ...]:
        """Return the names of the columns in the order of the file."""
        return tuple(self.rows.columns)


@dataclass(frozen=True)
class LayerInfo:
    """A layer or sheet of a file: ``geometry`` is GDAL's type name (``None`` for a table), ``rows`` −1 if unknown."""

    name: str
    geometry: str | None
    rows: int
