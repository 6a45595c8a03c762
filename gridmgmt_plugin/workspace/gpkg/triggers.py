"""Triggers of a file: those that keep GDAL's indexes and counts are known; others could change rows in silence."""

from __future__ import annotations

import re
import sqlite3
from functools import lru_cache
from pathlib import Path

from gridmgmt_plugin.core.errors import WorkspaceError

_BODY = re.compile(r"\bBEGIN\b(.*)\bEND\b\s*;?\s*$", re.IGNORECASE | re.DOTALL)
# What a statement of a known trigger does, in lower case and without quotes: it writes to a spatial index or to the
# count of rows, or it refuses a write. The names and texts: GDAL's driver, GeoPackage 1.2, annexes D.2 and F.3.
_KNOWN = re.compile(
    r"(?:insert(?: or replace)? into|delete from|update(?: or replace)?) rtree_\w+\b[^;]*"
    r"|update gpkg_ogr_contents set feature_count\b[^;]*"
    r"|select (?:case when [^;]* then )?raise ?\([^;]*",
)


def refuse_unknown_triggers(connection: sqlite3.Connection, path: Path) -> None:
    """Make sure that no trigger of the file does what nobody asked for.

    A trigger that only refuses a write (``RAISE``) is let be: it changes nothing, and its refusal is told.

    :raises WorkspaceError: ``workspace_unknown_triggers`` with their names and tables.
    """
    stored = connection.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
    unknown = [f"{name} ({table})" for name, table, sql in stored if not is_known(sql)]
    if unknown:
        raise WorkspaceError("workspace_unknown_triggers", path=str(path), names=", ".join(unknown))


@lru_cache(maxsize=1024)
def is_known(sql: str) -> bool:
    """Tell whether every statement of a trigger is one of those that GDAL's and GeoPackage's own triggers hold.

    Every opening of a file and every transaction asks it of the same hundred and more, so what was said is kept.
    """
    body = _BODY.search(sql)
    if body is None:
        return False
    statements = [" ".join(_plain(text).split()) for text in _split(body.group(1))]
    return all(_KNOWN.fullmatch(text) for text in statements if text)


def _split(body: str) -> list[str]:
    """Cut a body at the semicolons that stand outside quotes."""
    pieces, quote = [""], ""
    for letter in body:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'`":
            quote = letter
        elif letter == ";":
            pieces.append("")
            continue
        pieces[-1] += letter
    return pieces


def _plain(statement: str) -> str:
    """Return a statement in lower case, without the quotes of names and without what stands in quotes as a text."""
    return re.sub(r"[\"`\[\]]", "", re.sub(r"'(?:[^']|'')*'", "text", statement)).lower()
