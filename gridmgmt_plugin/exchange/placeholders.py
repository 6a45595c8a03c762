"""Words that systems and people write where they have nothing to say (NULL, \\N, N/A, 无, -), in any column.

They are taken away where a file comes in, once for all jobs: what is nothing may be no code, no class, no coordinate,
and two rows with nothing in them are not the same row.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from operator import itemgetter
from typing import Any

import numpy as np

from gridmgmt_plugin.core.letters import STRAY, folded
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.core.text import is_nan
from gridmgmt_plugin.core.value_words import yes_or_no
from gridmgmt_plugin.exchange.source import Source

_CATALOGUE = "catalogues/table_forms.json"
_LONGEST_WORD = 12
_FIRST = itemgetter(0)
_SHOWN = 8


def without_placeholders(source: Source, answering: frozenset[str] | None = None) -> Source:
    """Return ``source`` with ``None`` where a cell holds blanks or a word for nothing; the words are told.

    无 stays where it answers a question: in a column whose other cells are yes and no (有, 是, 否), or whose heading
    asks (是否…, 有无…).

    :param answering: the columns that answer, for a part of a table that shows it as a whole only.
    """
    columns, words, count = {}, {}, 0
    for name, column in source.rows.columns.items():
        cells = column.tolist()
        if not _may_hold_nothing(cells):
            continue
        different = set(cells)
        suspected = _suspected(different)
        empty = {cell for cell in suspected if _is_blank(cell)}
        nothing = {cell for cell in suspected - empty if is_word_for_nothing(cell)}
        may_answer = any(yes_or_no(cell) is not None for cell in nothing)
        if may_answer and (_asks(name, different - empty) if answering is None else name in answering):
            nothing = {cell for cell in nothing if yes_or_no(cell) is None}
        if not empty and not nothing:
            continue
        gone = np.fromiter((is_nan(cell) or cell in empty or cell in nothing for cell in cells), bool, len(cells))
        columns[name] = as_column(cells)
        columns[name][gone] = None
        if nothing:
            count += sum(cell in nothing for cell in cells)
            words.update(dict.fromkeys(sorted(str(cell).strip() for cell in nothing)))
    if not columns:
        return source
    notes = source.notes
    if words:
        notes = (*notes, Message("words_for_nothing", {"count": count, "shown": " ".join(list(words)[:_SHOWN])}))
    return replace(source, rows=source.rows.with_columns(**columns), notes=notes)


def answering_columns(source: Source) -> frozenset[str]:
    """Return the columns in which 无 is an answer, see :func:`without_placeholders`."""
    columns = source.rows.columns.items()
    return frozenset(name for name, column in columns if _asks(name, {c for c in set(column) if not _is_blank(c)}))


def is_word_for_nothing(cell: Any) -> bool:
    """Tell whether a cell is text that says that there is nothing, whatever its width and case."""
    return isinstance(cell, str) and len(cell) <= _LONGEST_WORD and folded(cell) in _words()


def is_blank_text(cell: Any) -> bool:
    """Tell whether a cell is text without a sign that anybody sees."""
    return isinstance(cell, str) and not cell.strip().strip(STRAY).strip()


def _may_hold_nothing(cells: list[Any]) -> bool:
    """Tell whether a long column of texts must be looked at closely: most are passed over by their first signs."""
    kinds = set(map(type, cells))
    if kinds <= {str, type(None)}:
        there = list(filter(None, cells))
        return len(there) + cells.count(None) < len(cells) or bool(_suspicious(set(map(_FIRST, there))))
    return kinds != {int}


def _suspicious(firsts: set[str]) -> set[str]:
    """Return the signs with which a blank or a word for nothing may begin."""
    begin = {word[:1] for word in _words()} | {""}
    return {first for first in firsts if folded(first)[:1] in begin}


def _suspected(cells: set[Any]) -> set[Any]:
    """Return those of ``cells`` that begin like a blank or like a word for nothing: in a long column few do."""
    suspicious = _suspicious({cell[:1] for cell in cells if isinstance(cell, str)})
    return {cell for cell in cells if (cell[:1] in suspicious if isinstance(cell, str) else is_nan(cell))}


def _is_blank(cell: Any) -> bool:
    return is_blank_text(cell) or is_nan(cell)


def _asks(heading: str, cells: set[Any]) -> bool:
    """Tell whether the cells of a column, nothing left aside, answer yes or no."""
    if any(word in heading for word in load_json(_CATALOGUE)["questions"]):
        return True
    others = [cell for cell in cells if cell is not None and not is_word_for_nothing(cell)]
    # A 1 may be an answer and may be a count.
    return bool(others) and all(not str(cell)[:1].isdigit() and yes_or_no(cell) is not None for cell in others)


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    return frozenset(folded(word) for word in load_json(_CATALOGUE)["nothing"])
