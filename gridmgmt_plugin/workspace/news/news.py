"""One piece of news about a workspace, and how it travels: as JSON in ASCII, short enough for ``NOTIFY``."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gridmgmt_plugin.workspace.counts.counted import COUNTED, MOST_PLACES, Places, all_places
from gridmgmt_plugin.workspace.schema import tables

#: Who sends from this program run; by it news of one's own are known.
OWN_MARK = secrets.token_hex(4)
#: The kind of news that tells which tables, and which of their rows, were written.
WRITTEN = "written"
#: The kind of news that an upgrade is announced, or over: who hears it looks at what is to be seen of it.
UPGRADE = "upgrade"
#: More rows of one table than this are not told one by one.
MOST_ROWS = 100
_VERSION = 1
# A server takes less than 8000 bytes.
_LONGEST = 7900
_LONGEST_NAME = 60
# No table numbers its rows so high.
_NO_NUMBER = 2**63
_NOWHERE: Places = {}

#: Table → numbers of the rows that were written, ``None`` where they are many or not known.
Rows = Mapping[str, "Collection[int] | None"]


@dataclass(frozen=True)
class News:
    """``kind``: what is told; ``sender``: the mark of a program run, "" where nobody said it; ``who`` works there, as
    its planner told once; ``content``: what JSON can hold.
    """

    kind: str
    content: Mapping[str, Any] = field(default_factory=dict)
    sender: str = OWN_MARK
    who: str = ""

    @property
    def is_own(self) -> bool:
        """Tell whether this program run has sent it."""
        return self.sender == OWN_MARK

    @property
    def rows(self) -> Rows:
        """Return what was written, of news of the kind :data:`WRITTEN`; nothing for any other."""
        found: Rows = self.content["rows"] if self.kind == WRITTEN else {}
        return found

    @property
    def reshaped(self) -> frozenset[str]:
        """Return the tables that got or lost rows or shapes, as far as that is known: else all that were written."""
        return frozenset(self.content["reshaped"]) if self.kind == WRITTEN else frozenset()

    @property
    def places(self) -> Places:
        """Return where rows came, went or moved in the tables that are counted; everywhere where nobody says it."""
        if self.kind != WRITTEN:
            return {}
        known: Places | None = self.content.get("places")
        return all_places(self.rows) if known is None else known

    def encoded(self) -> str:
        """Return the text that travels; of rows or places that are too many for it only the tables are told.

        :raises ValueError: when anything else is too long.
        """
        content = dict(self.content)
        rows = dict(self.rows)
        places = {table: dict(columns) for table, columns in content.get("places", {}).items()}
        lists: list[dict[str, Any]] = [rows, *places.values()]
        while True:
            content.update({"rows": rows} if rows else {})
            content.update({"places": places} if "places" in content else {})
            told = {"v": _VERSION, "kind": self.kind, "from": self.sender, "who": self.who, "what": content}
            text = json.dumps(told, separators=(",", ":"))
            if len(text) <= _LONGEST:
                return text
            listed = [
                (len(numbers or ()), at, name) for at, known in enumerate(lists) for name, numbers in known.items()
            ]
            length, at, longest = max(listed, default=(0, 0, ""))
            if not length:
                raise ValueError(f"news of {len(text)} bytes")
            lists[at][longest] = None


def decoded(text: str) -> News | None:
    """Return the news that a text holds: of a newer program that anything may be written; ``None`` where it is none.

    Everybody who may log in to the database can send any text: nothing in it is believed but what is harmless.
    """
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or not isinstance(told.get("from"), str):
        return None
    if told.get("v") != _VERSION:
        return anything_written(str(told["from"]))
    kind, who, content = told.get("kind"), told.get("who"), told.get("what")
    if not (isinstance(kind, str) and isinstance(who, str) and isinstance(content, dict)):
        return None
    if kind == WRITTEN:
        content = _as_written(content)
    return News(kind, content, told["from"], who[:_LONGEST_NAME])


def written(rows: Rows, reshaped: Iterable[str], who: str, places: Places = _NOWHERE) -> News:
    """Return the news of a transaction of this program run; see :attr:`News.rows`, :attr:`News.reshaped` and
    :attr:`News.places`.
    """
    listed = {table: None if numbers is None else sorted(numbers) for table, numbers in rows.items()}
    counted = {
        table: {name: None if codes is None else sorted(codes) for name, codes in columns.items()}
        for table, columns in places.items()
    }
    content = {"rows": listed, "reshaped": sorted(reshaped), "places": counted}
    return News(WRITTEN, content, OWN_MARK, who[:_LONGEST_NAME])


def tables_written(names: Iterable[str], who: str = "", sender: str = "") -> News:
    """Return the news that somebody has written to tables, where it is not known which rows."""
    listed = sorted(names)
    return News(WRITTEN, {"rows": dict.fromkeys(listed), "reshaped": listed}, sender, who[:_LONGEST_NAME])


def anything_written(sender: str = "") -> News:
    """Return the news that any row of any table may be another one."""
    return tables_written(tables(), sender=sender)


def _as_written(content: Mapping[str, Any]) -> dict[str, Any]:
    rows, reshaped = content.get("rows"), content.get("reshaped")
    listed = {name: _numbers(given) for name, given in rows.items()} if isinstance(rows, dict) else {}
    known = {name: numbers for name, numbers in listed.items() if name in tables()}
    moved = [name for name in known if name in reshaped] if isinstance(reshaped, list) else list(known)
    given = content.get("places")
    return {"rows": known, "reshaped": moved, **({"places": _places(given)} if isinstance(given, dict) else {})}


def _places(given: Mapping[str, Any]) -> dict[str, dict[str, list[str] | None]]:
    """Return the places that somebody tells of; any place of a column of which he tells none that can be."""
    found = {}
    for table, names in COUNTED.items():
        columns = given.get(table, {})
        if not isinstance(columns, dict):
            columns = dict.fromkeys(names)
        found[table] = {name: _codes(columns[name]) for name in names if name in columns}
    return {table: columns for table, columns in found.items() if columns}


def _codes(given: Any) -> list[str] | None:
    few = isinstance(given, list) and len(given) <= MOST_PLACES and all(isinstance(one, str) for one in given)
    return given if few else None


def _numbers(given: Any) -> list[int] | None:
    known = isinstance(given, list) and all(type(one) is int and 0 <= one < _NO_NUMBER for one in given)
    return given if known else None
