"""A quotation mark that nobody meant as one swallows the rows up to the next; they must not vanish unseen.

A cell that rightly holds line breaks holds lines of a text. A cell that has swallowed rows holds their line breaks:
cut there, the row falls into pieces that look like whole rows of the table, column by column.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

_SAMPLE = 400
# A column whose values take more forms than this is free text, in which anything may stand.
_MOST_FORMS = 12
_PARTS = (
    (re.compile(r"\d+"), "9"),
    (re.compile(r"[A-Za-z]+"), "a"),
    (re.compile("[\u3400-\u9fff]+"), "\u6c49"),
)


def row_with_swallowed_rows(
    columns: Sequence[np.ndarray], suspects: Sequence[int], ragged: set[int], delimiter: str
) -> int | None:
    """Return the first of the rows ``suspects`` (those with line breaks) that has swallowed others, else ``None``.

    ``ragged``: rows that had more or fewer cells than the heading; for those one whole row inside a cell is enough.
    """
    width = len(columns)
    if width < 2:
        return None
    usual: list[set[str] | None] | None = None
    for row in suspects:
        pieces = delimiter.join(column[row] or "" for column in columns).splitlines()
        if row in ragged and any(piece.count(delimiter) + 1 >= width for piece in pieces[1:-1]):
            return row
        whole = [piece.split(delimiter) for piece in pieces if piece.count(delimiter) + 1 == width]
        # The first piece is the row's own line; of the others one may be odd, the one that closed the quotation.
        if len(whole) < max(2, len(pieces) - 1):
            continue
        usual = usual or [_forms(column) for column in columns]
        allowed = [{_form(cell)} if forms == set() else forms for forms, cell in zip(usual, whole[0])]
        if all(_fits(cells, allowed) for cells in whole):
            return row
    return None


def _forms(column: np.ndarray) -> set[str] | None:
    found = {_form(cell or "") for cell in column[:: max(1, len(column) // _SAMPLE)] if "\n" not in (cell or "")}
    return found if len(found) <= _MOST_FORMS else None


def _form(text: str) -> str:
    for pattern, sign in _PARTS:
        text = pattern.sub(sign, text)
    return text


def _fits(cells: Sequence[str], allowed: Sequence[set[str] | None]) -> bool:
    return all(forms is None or _form(cell) in forms for cell, forms in zip(cells, allowed))
