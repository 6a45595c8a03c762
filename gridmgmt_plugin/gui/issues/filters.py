"""Which issues the list shows: small filters, each one mask over all issues, that are laid over each other.

Masks instead of Qt's proxy models: a proxy asks Python once per row and filter, which is felt from some thousand
issues on; a mask over 20 000 issues takes a millisecond.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from gridmgmt_plugin.gui.issues.table import SEVERITIES, IssueTable

WITHOUT, WITH, ONLY = "without", "with", "only"
Extent = tuple[float, float, float, float]
_SEVERITY, _RULE = "severity", "rule"


@dataclass(frozen=True)
class IssueFilter:
    """What to show.

    ``severities``: keys. ``rule``: one rule, "" for all. ``text``: words that must all be there. ``extent``: minx,
    miny, maxx, maxy of the map, ``None`` for everywhere; what is nowhere is not in it. ``exempted``: without, with or
    only these. ``undone``: leave out what is marked as done.
    """

    severities: frozenset[str] = frozenset(SEVERITIES)
    rule: str = ""
    text: str = ""
    extent: Extent | None = None
    exempted: str = WITHOUT
    undone: bool = False

    def mask(self, table: IssueTable, done: np.ndarray) -> np.ndarray:
        """Return which issues to show. ``done``: bool (n,)."""
        shown = np.ones(len(table), dtype=bool)
        for one in self._masks(table, done).values():
            shown &= one
        return shown

    def facets(self, table: IssueTable, done: np.ndarray) -> Facets:
        """Return how many issues each severity and each rule would show, all other filters as they are."""
        masks = self._masks(table, done)
        return Facets(
            dict(Counter(table.text("severity")[_all_but(masks, _SEVERITY)])),
            dict(Counter(table.text("rule")[_all_but(masks, _RULE)])),
        )

    def _masks(self, table: IssueTable, done: np.ndarray) -> dict[str, np.ndarray]:
        everything = np.ones(len(table), dtype=bool)
        chosen = np.array([name in self.severities for name in SEVERITIES], dtype=bool)
        return {
            _SEVERITY: chosen[table.severity],
            _RULE: np.asarray(table.text("rule") == self.rule, dtype=bool) if self.rule else everything,
            "text": _with_words(table, self.text),
            "extent": everything if self.extent is None else _within(table.bounds, self.extent),
            "exempted": {WITHOUT: ~table.exempted, WITH: everything, ONLY: table.exempted}[self.exempted],
            "undone": ~done if self.undone else everything,
        }


@dataclass(frozen=True)
class Facets:
    """Numbers of issues by severity and by rule."""

    severities: dict[str, int] = field(default_factory=dict)
    rules: dict[str, int] = field(default_factory=dict)


def _all_but(masks: dict[str, np.ndarray], name: str) -> np.ndarray:
    return np.asarray(np.logical_and.reduce([mask for key, mask in masks.items() if key != name]))


def _with_words(table: IssueTable, text: str) -> np.ndarray:
    words = text.lower().split()
    if not words:
        return np.ones(len(table), dtype=bool)
    return np.array([all(word in content for word in words) for content in table.searched], dtype=bool)


def _within(bounds: np.ndarray, extent: Extent) -> np.ndarray:
    minx, miny, maxx, maxy = extent
    with np.errstate(invalid="ignore"):
        meets = (bounds[:, 0] <= maxx) & (bounds[:, 2] >= minx) & (bounds[:, 1] <= maxy) & (bounds[:, 3] >= miny)
    return np.asarray(meets)
