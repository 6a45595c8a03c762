"""The sample district in English: its raw files are Chinese, as an office would send them."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Mapping
from contextlib import closing
from functools import cache
from pathlib import Path

from gridmgmt_plugin.core.class_catalogues import class_catalogues, classes_of
from gridmgmt_plugin.core.resources import load_json

_WORDS = "catalogues/sample_english.json"
# Triggers of the spatial index name them; they are not called, because neither shapes nor row numbers change.
_OF_THE_INDEX = ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")
# A number stands before what is numbered in Chinese and behind it in English.
_NUMBERED_GRID = re.compile(r"第(\d+)责任网格")
_CHINESE = re.compile("[\u4e00-\u9fff〔〕（）]")


def write_in_english(workspace: Path) -> None:
    """Put English in the place of the Chinese names and texts in a copy of the sample; codes and figures stay.

    :raises sqlite3.Error: when the file cannot be written; it is then as it was.
    """
    with closing(sqlite3.connect(workspace)) as connection, connection:
        for name in _OF_THE_INDEX:
            connection.create_function(name, 1, lambda _: None)
        for table, columns in load_json(_WORDS)["columns"].items():
            for column in columns:
                found = connection.execute(f'SELECT DISTINCT "{column}" FROM "{table}"')  # noqa: S608  our own names
                texts = [text for (text,) in found if isinstance(text, str) and _CHINESE.search(text)]
                changed = [(english(text), text) for text in texts]
                # One pass over the table, whatever the number of texts; there is no index on them.
                connection.execute("CREATE TEMP TABLE words (new TEXT, old TEXT PRIMARY KEY)")
                connection.executemany("INSERT INTO words VALUES (?, ?)", changed)
                connection.execute(
                    f'UPDATE "{table}" SET "{column}" = (SELECT new FROM words WHERE old = "{column}") '  # noqa: S608
                    f'WHERE "{column}" IN (SELECT old FROM words)'
                )
                connection.execute("DROP TABLE words")
        _translate_log(connection)


def _translate_log(connection: sqlite3.Connection) -> None:
    """Say in English what the change log holds of rows: in the same columns as in the tables themselves."""
    columns: Mapping[str, Collection[str]] = load_json(_WORDS)["columns"]
    found = connection.execute("SELECT fid, table_name, before, after FROM change_log").fetchall()
    changed = []
    for fid, table, *states in found:
        told = [_told(state, columns.get(table, ())) for state in states]
        if told != states:
            changed.append((*told, fid))
    connection.executemany("UPDATE change_log SET before = ?, after = ? WHERE fid = ?", changed)


def _told(state: str | None, columns: Collection[str]) -> str | None:
    if not state or not _CHINESE.search(state):
        return state
    row = json.loads(state)
    is_text = {name: name in columns and isinstance(value, str) for name, value in row.items()}
    return json.dumps({n: english(v) if is_text[n] else v for n, v in row.items()}, ensure_ascii=False)


def english(text: str) -> str:
    """Return a text of the sample in English, word by word; what no word is known for stays."""
    words, pattern = _words()
    pieces = [words.get(piece, piece) for piece in pattern.split(_NUMBERED_GRID.sub(r" grid \1", text))]
    told = re.sub(r"\s+", " ", _spaced(pieces)).strip()
    return told[:1].upper() + told[1:]


def _spaced(pieces: list[str]) -> str:
    found = ""
    for piece in pieces:
        touching = (found[-1:].isalnum() or found[-1:] == ")") and piece[:1].isalnum()
        found += f" {piece}" if touching else piece
    return found


@cache
def _words() -> tuple[dict[str, str], re.Pattern[str]]:
    words: dict[str, str] = dict(load_json(_WORDS)["words"])
    for catalogue in class_catalogues():
        for entry in classes_of(catalogue):
            words.setdefault(entry["zh"], entry["en"])
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return words, re.compile("(" + "|".join(map(re.escape, longest_first)) + ")")
