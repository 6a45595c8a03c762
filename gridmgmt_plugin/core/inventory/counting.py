"""Which components are asked about, and how many there are by one or several things at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.casefigures.cases import Words

#: What stands for a component that has no word of a kind.
NONE = ""


@dataclass(frozen=True, eq=False)
class Table:
    """Counts by two kinds of words.

    ``rows``, ``columns``: the words that occur, "" last for components that have none; ``counts``: int64 (r, c).
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: np.ndarray


def chosen(
    count: int, kinds: Mapping[str, Words], wanted: Mapping[str, Sequence[str]], prefix: str = ""
) -> np.ndarray:
    """Return which of ``count`` components have for each kind in ``wanted`` one of its words: bool (n,).

    No word wanted of a kind means any; "" among them means components that have none. ``prefix``: beginning of the
    class codes.
    """
    mask = np.ones(count, dtype=bool)
    for name, words in wanted.items():
        if words:
            mask &= _has(kinds[name], frozenset(words))
    if prefix:
        classes = kinds["class_code"]
        mask &= classes.which(word.startswith(prefix) for word in classes.words)
    return mask


def count_by_two(rows: Words, columns: Words, mask: np.ndarray, always: Sequence[str] = ()) -> Table:
    """Return how many of the components in ``mask`` (bool (n,)) have each word of ``rows`` and of ``columns``.

    ``always``: words of ``rows`` that are listed also where there is no component. Words are listed sorted.
    """
    across, wide = len(columns.words) + 1, len(rows.words) + 1
    both = (rows.number[mask].astype(np.int64) % wide) * across + columns.number[mask].astype(np.int64) % across
    counts = np.bincount(both, minlength=wide * across).reshape(wide, across)
    listed = sorted({*always, *(rows.words[at] for at in np.flatnonzero(counts[:-1].any(axis=1)).tolist())})
    position = {word: at for at, word in enumerate(rows.words)}
    more = np.zeros((1, across), dtype=np.int64)
    table = np.vstack([counts[:-1], more])[[position.get(word, -1) for word in listed]]
    if counts[-1].any():
        listed.append(NONE)
        table = np.vstack([table, counts[-1:]])
    order = sorted(range(across - 1), key=lambda at: columns.words[at])
    shown = [at for at in order if counts[:, at].any()] + ([across - 1] if counts[:, -1].any() else [])
    names = tuple(NONE if at == across - 1 else columns.words[at] for at in shown)
    return Table(tuple(listed), names, np.asarray(table[:, shown], dtype=np.int64).reshape(len(listed), len(shown)))


def count_by_all(kinds: Sequence[Words], mask: np.ndarray) -> list[tuple[tuple[str, ...], int]]:
    """Return how many of the components in ``mask`` have each combination of words, in the order of the words.

    Combinations without a component stay away; "" stands for no word and comes last.
    """
    if not mask.any():
        return []
    ranked = []
    for words in kinds:
        order = sorted(range(len(words.words)), key=lambda at, w=words.words: w[at])  # type: ignore[misc]
        rank = np.empty(len(order) + 1, dtype=np.int64)
        rank[order], rank[-1] = np.arange(len(order)), len(order)
        ranked.append(((*(words.words[at] for at in order), NONE), rank[words.number[mask]]))
    joined = np.zeros(int(mask.sum()), dtype=np.int64)
    for names, number in ranked:
        joined = joined * len(names) + number
    found, counts = np.unique(joined, return_counts=True)
    told = []
    for key, count in zip(found.tolist(), counts.tolist()):
        words_of_key: list[str] = []
        for names, _ in reversed(ranked):
            words_of_key.append(names[key % len(names)])
            key //= len(names)  # noqa: PLW2901  taken apart digit by digit
        told.append((tuple(reversed(words_of_key)), count))
    return told


def _has(words: Words, wanted: frozenset[str]) -> np.ndarray:
    mask = words.which(word in wanted for word in words.words)
    return mask | (words.number < 0) if NONE in wanted else mask
