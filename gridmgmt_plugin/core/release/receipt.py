"""What a receiver answers about the rows of a release, laid beside the rows that were handed over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.release.life import ACCEPTED, HANDED_OVER, REJECTED
from gridmgmt_plugin.core.rows import Rows, is_null
from gridmgmt_plugin.core.value_words import comparable

# Why a row of a receipt says nothing about the release.
UNKNOWN_LAYER, UNKNOWN_CODE, SEVERAL_LAYERS = "receipt_layer_unknown", "receipt_code_unknown", "receipt_layer_needed"
NO_RESULT, CONTRADICTED = "receipt_result_unclear", "receipt_row_contradicted"


@dataclass(frozen=True)
class Line:
    """One row of a receipt. ``layer``: name as the package has it, "" where the receipt names none, ``None`` for one
    that is not known; ``code``: the row's key, ``None`` for every row of the layer that is not named; ``result``:
    ``accepted``, ``rejected`` or ``None`` where it is not clear.
    """

    layer: str | None
    code: str | None
    result: str | None
    reason: str | None


@dataclass(frozen=True, eq=False)
class Answered:
    """``results``, ``reasons``: object arrays, one per row that was handed over, as they stand after the receipt.
    ``named``: mask of the rows that the receipt speaks of. ``refused``: position of a line → why it says nothing.
    ``waiting``: how many rows a line for every row does not accept because others were not understood.
    """

    results: np.ndarray
    reasons: np.ndarray
    named: np.ndarray
    refused: Mapping[int, str]
    waiting: int

    def count(self, result: str, *, named_only: bool = False) -> int:
        """Return how many rows have an answer, of all or of those that the receipt speaks of."""
        mask = self.results == result
        return int((mask & self.named).sum() if named_only else mask.sum())

    @property
    def open(self) -> np.ndarray:
        """Return the mask of the rows that have no answer yet."""
        return is_null(self.results)

    def verdict(self, *, was_refused: bool) -> str | None:
        """Return what the answers say of the release as a whole, ``None`` while they decide nothing.

        :param was_refused: whether a row was rejected before, so that an answer may have been taken back.
        """
        if self.count(REJECTED):
            return REJECTED
        if not self.open.any():
            return ACCEPTED
        return HANDED_OVER if was_refused else None


def laid_beside(lines: Iterable[Line], items: Rows) -> Answered:
    """Return the answers for the rows of a release; what the lines do not speak of keeps the answer that it has.

    :param items: rows of ``release_item``: ``layer``, ``row_key``, ``result``, ``reason``. Keys are compared
        half-width and whatever their case. A line for every row yields to one for every row of a layer, and that to
        one for a row; lines about the same that contradict each other say nothing. What was not understood may be a
        refusal of any row of its layer: then no line for every row of it accepts.
    """
    places: dict[str, dict[str, int]] = defaultdict(dict)
    for at, (layer, key) in enumerate(zip(items["layer"], items["row_key"])):
        places[layer][comparable(key)] = at
    told: dict[int, Line] = {}
    every: dict[str, Line] = {}  # by layer, "" for the rows of all of them
    refused: dict[int, str] = {}
    unclear: set[int | str] = set()  # rows and layers, "" for all of them, of which it is not clear what is said
    held: set[str] = set()  # layers, "" for all of them, in which some row may be refused
    for number, line in enumerate(lines):
        found = _places(line, places)
        about = found[0] if isinstance(found, list) and found else line.layer or ""
        if isinstance(found, str) or line.result is None:
            refused[number] = NO_RESULT if line.result is None else str(found)
            if isinstance(about, int):
                unclear.add(about)
            elif line.result != ACCEPTED:
                held.add(about)
            continue
        first = every.setdefault(str(about), line) if line.code is None else told.setdefault(found[0], line)
        if first.result != line.result:
            refused[number] = CONTRADICTED
            unclear.add(about)
    results, reasons = items["result"].copy(), items["reason"].copy()
    named, waiting = np.zeros(len(items), dtype=bool), 0
    for at, layer in enumerate(items["layer"].tolist()):
        of_all = layer if layer in every else ""
        line_of = told.get(at) or every.get(of_all)
        if line_of is None or at in unclear or (at not in told and of_all in unclear):
            continue
        accepts = line_of.result == ACCEPTED != results[at]
        if accepts and at not in told and not held.isdisjoint((layer, "")):
            waiting += 1
            continue
        named[at] = True
        results[at] = line_of.result
        reasons[at] = line_of.reason if line_of.result == REJECTED else None
    return Answered(results, reasons, named, refused, waiting)


def _places(line: Line, places: Mapping[str, Mapping[str, int]]) -> list[int] | str:
    """Return the row that a line means, nothing for one about every row, or why it says nothing."""
    if line.layer is None or (line.layer and line.layer not in places):
        return UNKNOWN_LAYER
    if line.code is None:
        return []
    layers = [line.layer] if line.layer else list(places)
    key = comparable(line.code)
    found = [places[layer][key] for layer in layers if key in places[layer]]
    if not found:
        return UNKNOWN_CODE
    return found if len(found) == 1 else SEVERAL_LAYERS
