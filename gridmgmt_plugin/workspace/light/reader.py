"""What plain SQL can ask of an open workspace, in a file or in a database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.resources import load_json


class LightReader(Protocol):
    """What can be asked of an open workspace, whatever it lies in."""

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query whose ``?`` stand for ``values``."""

    def columns(self, table: str) -> frozenset[str]:
        """Return the names of a table's columns, empty when there is no such table."""

    def beginning(self, column: str, head: str) -> tuple[str, tuple[str, ...]]:
        """Return the condition that a column begins with a text, sign by sign, and its values."""

    def ending(self, column: str, tail: str) -> tuple[str, tuple[str, ...]]:
        """Return the condition that a column ends with a text, sign by sign, and its values."""


def lanes_that_are() -> tuple[str, tuple[str, ...]]:
    """Return what to select from for the lanes that are still there, a condition in it, and its values."""
    gone = tuple(load_json("catalogues/duty.json")["lane_gone_states"])
    states = f"coalesce(state, '') NOT IN ({', '.join('?' * len(gone))})"
    ends = "coalesce(nullif(CAST(valid_to AS text), ''), '9999') >= ?"
    return f"lane WHERE {states} AND {ends}", (*gone, clock.today().isoformat())
