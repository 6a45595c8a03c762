"""The map shows the cases that the figures are about, and all of them again afterwards.

The filter is given to the data provider of the case layer and to nobody else: the layer and the project keep the
planner's own filter, so that a project that is saved meanwhile has nothing of ours. QGIS's own window of the filter
shows what the provider has and gives it to the layer: ours is taken out again. Who edits cases sees all of them.
Discs at small scales are counted anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
from qgis.core import QgsExpression, QgsProject, QgsVectorLayer

from gridmgmt_plugin.core.casefigures.periods import Period
from gridmgmt_plugin.core.hotspots.counts import VOID
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.jobs.analysis.case_figures import Question
from gridmgmt_plugin.jobs.analysis.case_overview import CasesAsked
from gridmgmt_plugin.project.map.clusters import cluster_layer, narrow_clusters
from gridmgmt_plugin.project.shown_workspace import shown_layer

#: So many cases are named one by one, which is exact whatever they are; more by what is asked of them.
NAMED = 5_000
_BLOCK_M = 100.0
_SELECTS = "select "


class MapFilter:
    """Narrows the case layer of the open project; ``on_lost`` is called when editing made it show all again, and when
    the planner gave it another filter.
    """

    def __init__(self, on_lost: Callable[[], None]) -> None:
        self._on_lost = on_lost
        self._layer: Any = None
        self._own, self._ours, self._given = "", "", ""

    def show(self, cases: CasesAsked, asked: Question, period: Period | None, *, is_narrowed: bool) -> bool:
        """Show just these cases, and tell whether it could be done.

        It cannot while cases are being edited, where the planner's own filter is a whole query, or for more than
        :data:`NAMED` cases of selected places (``is_narrowed``).
        """
        layer = shown_layer(QgsProject.instance(), "cases")
        if layer is None:
            self.stop()
            return False
        if self._layer is not None and (not is_alive(self._layer) or self._layer.id() != layer.id()):
            self.stop()
        own = self._own_filter(layer)
        can = not layer.isEditable() and not own.lower().startswith(_SELECTS)
        if not can or (len(cases) > NAMED and is_narrowed):
            self.stop()
            return False
        ours = of_rows(cases.fid) if len(cases) <= NAMED else of_question(asked, period)
        wanted = f"({own}) AND ({ours})" if own else ours
        if layer.dataProvider().subsetString() != wanted:
            if not layer.dataProvider().setSubsetString(wanted, False):
                self.stop()
                return False
            if self._layer is None:
                self._layer = layer
                layer.editingStarted.connect(self._give_way)
                layer.subsetStringChanged.connect(self._take_ours_out)
            self._own, self._ours, self._given = own, ours, layer.dataProvider().subsetString()
            layer.triggerRepaint()
        self._count_discs(cases)
        return True

    def stop(self) -> None:
        """Show all cases again, those of the planner's own filter where there is one."""
        layer, self._layer = self._layer, None
        if is_alive(layer):
            layer.editingStarted.disconnect(self._give_way)
            layer.subsetStringChanged.disconnect(self._take_ours_out)
            if layer.dataProvider().subsetString() == self._given:
                layer.dataProvider().setSubsetString(self._own, False)
                layer.triggerRepaint()
        self._own, self._ours, self._given = "", "", ""
        clusters = cluster_layer(QgsProject.instance())
        if clusters is not None:
            narrow_clusters(clusters, None)

    def _own_filter(self, layer: QgsVectorLayer) -> str:
        """Return the planner's filter; one that came while ours was there takes its place."""
        now = str(layer.dataProvider().subsetString())
        return self._own if self._layer is not None and now == self._given else now

    def _give_way(self) -> None:
        """Who edits cases sees all of them."""
        self.stop()
        self._on_lost()

    def _take_ours_out(self) -> None:
        """Leave the layer only what the planner said, where a filter was made of ours."""
        layer, now = self._layer, str(self._layer.dataProvider().subsetString())
        if self._ours not in now:
            return
        own = self._own if now == self._given else without(now, self._ours)
        if own is None:
            own = self._own
        self._given = ""  # the layer itself has to forget ours, not the provider alone
        self.stop()
        layer.setSubsetString(own)
        self._on_lost()

    @staticmethod
    def _count_discs(cases: CasesAsked) -> None:
        clusters = cluster_layer(QgsProject.instance())
        if clusters is None:
            return
        there = ~np.isnan(cases.x)
        x, y = cases.x[there], cases.y[there]
        blocks = np.floor(np.column_stack([x, y]) / _BLOCK_M)
        _, which, counts = np.unique(blocks, axis=0, return_inverse=True, return_counts=True)
        which = which.reshape(-1)
        middles = [np.bincount(which, weights=values, minlength=len(counts)) / counts for values in (x, y)]
        narrow_clusters(clusters, list(zip(middles[0].tolist(), middles[1].tolist(), counts.tolist())))


def without(told: str, ours: str) -> str | None:
    """Return what a condition says beside ours, joined by AND or OR; ``None`` where it cannot be taken apart so."""
    mark = "\0"
    rest = told.replace(ours, mark)
    before = ""
    while rest != before:
        before, rest = rest, re.sub(rf"\(\s*{mark}\s*\)", mark, rest)
    rest = re.sub(rf"\s+(AND|OR)\s+{mark}|{mark}\s+(AND|OR)\s+", "", rest, flags=re.IGNORECASE).strip()
    if rest == mark:
        return ""
    return None if mark in rest else rest


def of_rows(fid: np.ndarray) -> str:
    """Return the condition that names rows one by one."""
    return f'"fid" IN ({",".join(map(str, fid.tolist()))})' if len(fid) else "1 = 0"


def of_question(asked: Question, period: Period | None) -> str:
    """Return the condition, for either back end, of the cases that count and are asked for."""
    told = [f'("status" IS NULL OR "status" <> {_text(VOID)})', '("duplicate_of" IS NULL OR "duplicate_of" = \'\')']
    if period is not None:  # stored as ISO 8601, so that texts are in the order of time
        first, after = period.first.isoformat(), (period.last.toordinal() + 1)
        told += [
            f'"reported_at" >= {_text(first)}',
            f'"reported_at" < {_text(period.last.fromordinal(after).isoformat())}',
        ]
    if asked.case_kind:
        told.append(f'"kind" = {_text(asked.case_kind)}')
    if asked.class_prefix:
        told.append(f'"class_code" LIKE {_text(asked.class_prefix + "%")}')
    if asked.classes:
        pairs = (f'({_of_kind(kind)} AND "class_code" = {_text(code)})' for kind, code in asked.classes)
        told.append(f"({' OR '.join(pairs)})")
    for column, words in (
        ("source", asked.sources), ("status", asked.statuses), ("department_code", asked.departments),
    ):  # fmt: skip
        if words:
            told.append(f'"{column}" IN ({", ".join(map(_text, words))})')
    return " AND ".join(told)


def _of_kind(kind: str) -> str:
    return f'"kind" = {_text(kind)}' if kind else """("kind" IS NULL OR "kind" = '')"""


def _text(word: str) -> str:
    return str(QgsExpression.quotedString(word)).replace("\\\\", "\\")
