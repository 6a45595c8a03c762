"""Which cases a figure is about: a period, classes, sources, states and departments."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gridmgmt_plugin.core.casefigures.cases import CaseArrays


@dataclass(frozen=True)
class Wanted:
    """``first``: the first moment that counts, ``after``: the first that no longer does (datetime64[s], ``None`` =
    open). ``class_prefix``: beginning of the class codes. ``kind``: event or component, empty = both. ``sources``,
    ``statuses``, ``departments``: words, ``classes``: kinds and codes of classes, empty = all. ``dated``: only cases
    that say when they were reported, also where the period is open.
    """

    first: np.datetime64 | None = None
    after: np.datetime64 | None = None
    class_prefix: str = ""
    kind: str = ""
    sources: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    dated: bool = False
    classes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Chosen:
    """``at``: int64, ascending positions of the cases that are wanted and count. ``undated``: how many others are
    wanted but say no moment, where moments are asked for. ``left_out``: how many are wanted but void or a duplicate.
    ``events``, ``components``: how many cases of each kind have the classes wanted, in whatever period.
    """

    at: np.ndarray
    undated: int
    left_out: int
    events: int
    components: int

    def __len__(self) -> int:
        return len(self.at)


def choose(cases: CaseArrays, wanted: Wanted) -> Chosen:
    """Return the cases that are wanted: cases lie in the order of their report, so that a period is a slice."""
    timed = wanted.dated or wanted.first is not None or wanted.after is not None
    reported = cases.reported[: cases.dated]
    start = 0 if wanted.first is None else int(np.searchsorted(reported, wanted.first))
    stop = len(cases) if not timed else cases.dated
    if wanted.after is not None:
        stop = int(np.searchsorted(reported, wanted.after))
    classed, kinds = _of_class(cases, wanted), cases.columns["kind"]
    events, components = (int((kinds.number[classed] == _at(kinds.words, kind)).sum()) for kind in _KINDS)
    mask = classed
    if wanted.kind:
        mask = mask & kinds.which(word == wanted.kind for word in kinds.words)
    if wanted.classes:
        mask = mask & _one_of(cases, wanted.classes)
    for name, words in (
        ("source", wanted.sources),
        ("status", wanted.statuses),
        ("department_code", wanted.departments),
    ):
        if words:
            column = cases.columns[name]
            mask = mask & column.which(word in words for word in column.words)
    within = np.zeros(len(cases), dtype=bool)
    within[start : max(start, stop)] = True
    undated = int(mask[cases.dated :].sum()) if timed else 0
    mask = mask & within
    kept = mask & cases.counts
    left_out = int(mask.sum()) - int(kept.sum())
    return Chosen(np.flatnonzero(kept), undated, left_out, events, components)


def those(chosen: Chosen, keep: np.ndarray) -> Chosen:
    """Return of chosen cases those that ``keep`` (bool (n,), of all cases) has; what is told of others stays."""
    return replace(chosen, at=chosen.at[keep[chosen.at]])


_KINDS = ("event", "component")
_NO_WORD = -2


def _of_class(cases: CaseArrays, wanted: Wanted) -> np.ndarray:
    if not wanted.class_prefix:
        return np.ones(len(cases), dtype=bool)
    classes = cases.columns["class_code"]
    return classes.which(word.startswith(wanted.class_prefix) for word in classes.words)


def _one_of(cases: CaseArrays, chosen: tuple[tuple[str, str], ...]) -> np.ndarray:
    """Return which cases have one of some kinds and classes, a bool mask."""
    kinds, classes = cases.columns["kind"], cases.columns["class_code"]
    table = np.zeros((len(kinds.words) + 1, len(classes.words) + 1), dtype=bool)
    for kind, code in chosen:
        if code in classes.words and (not kind or kind in kinds.words):
            table[kinds.words.index(kind) if kind else -1, classes.words.index(code)] = True
    return np.asarray(table[kinds.number, classes.number])


def _at(words: tuple[str, ...], word: str) -> int:
    return words.index(word) if word in words else _NO_WORD
