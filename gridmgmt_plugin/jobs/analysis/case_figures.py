"""Figures of the cases of a workspace: read once, then counted and tested as often as somebody asks otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from gridmgmt_plugin.core.casefigures.cases import COLUMNS, CaseArrays, case_arrays
from gridmgmt_plugin.core.casefigures.choice import Chosen, Wanted, choose
from gridmgmt_plugin.core.casefigures.figures import by_place
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.geometry.adjacency import Adjacency
from gridmgmt_plugin.core.hotspots.counts import UnitCounts
from gridmgmt_plugin.core.lanes.worded_places import BY_LANE
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.text import clean_code
from gridmgmt_plugin.jobs.analysis.hotspot_cases import CASE_KINDS, counted_period
from gridmgmt_plugin.jobs.analysis.hotspot_places import HotspotPlaces, hotspot_places, place_sizes
from gridmgmt_plugin.workspace.workspace import Workspace


@dataclass(frozen=True)
class Question:
    """What is counted: cases from ``start`` to ``end`` (dates or times, inclusive, empty = open) whose class begins
    with ``class_prefix``, of one ``case_kind`` (``event``, ``component``, empty = both), of some ``classes`` (kind
    and code), ``sources``, ``statuses`` and ``departments`` (empty = all).
    """

    start: str | None = None
    end: str | None = None
    class_prefix: str = ""
    case_kind: str = ""
    sources: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    classes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, eq=False)
class ChosenCases:
    """The cases of one question, and what to tell of those that do not count."""

    chosen: Chosen
    notes: tuple[Message, ...]

    def __len__(self) -> int:
        return len(self.chosen)


class PlacedFigures:
    """The places of one level, with what is worked out of them once: where each case lies, who neighbours whom."""

    def __init__(self, workspace: Workspace, cases: CaseArrays, level: str, scheme: str | None) -> None:
        self._workspace = workspace
        self._precision_m = workspace.info.precision_m
        self.places: HotspotPlaces = hotspot_places(workspace, level, scheme)
        self.place: np.ndarray = self.places.of_cases(cases, self._precision_m)
        self._at_middle: np.ndarray = np.zeros(len(cases), dtype=bool)
        if self.places.level != "lane":
            self._at_middle = cases.columns["placed_by"].of({BY_LANE: 1}) > 0
        self._sizes: dict[str, np.ndarray | None] = {}

    @property
    def sure_place(self) -> np.ndarray:
        """Return where each case lies for sure, int64 (n,), −1 where that is not known."""
        return np.where(self._at_middle, -1, self.place)

    @cached_property
    def neighbours(self) -> Adjacency:
        """Return which places are neighbours."""
        return self.places.neighbours(self._precision_m)

    def counts(self, cases: ChosenCases) -> UnitCounts:
        """Return how many of some cases lie in each place."""
        return by_place(cases.chosen, self.place, len(self.places))

    def surely_there(self, cases: ChosenCases) -> tuple[UnitCounts, int]:
        """Return the same without the cases of which no more than their lane is known, and how many these are; they
        count where lanes are the places.
        """
        sure = by_place(cases.chosen, self.sure_place, len(self.places))
        middle = sure.outside - self.counts(cases).outside
        return replace(sure, outside=sure.outside - middle), middle

    def sizes(self, normalise: str) -> np.ndarray | None:
        """Return what counts are divided by; see :func:`.hotspot_places.place_sizes`."""
        if normalise not in self._sizes:
            self._sizes[normalise] = place_sizes(self._workspace, self.places, normalise)
        return self._sizes[normalise]


class CaseFigures:
    """The cases of a workspace as they were when this was made; another period, class, level or source is answered
    without reading them again.
    """

    def __init__(self, workspace: Workspace) -> None:
        """Read the cases.

        :raises WorkspaceError: ``workspace_without_cases``.
        """
        self.cases: CaseArrays = case_arrays(workspace.read_point_parts("cases", COLUMNS))
        if len(self.cases) == 0:
            raise WorkspaceError("workspace_without_cases", path=workspace.title)
        self._workspace = workspace
        self._levels: dict[tuple[str, str | None], PlacedFigures] = {}

    def at(self, level: str, scheme: str | None = None) -> PlacedFigures:
        """Return the figures by the places of a level, which are read at the first question.

        :raises InputError: what :func:`.hotspot_places.hotspot_places` raises.
        """
        key = (level, scheme)
        if key not in self._levels:
            self._levels[key] = PlacedFigures(self._workspace, self.cases, level, scheme)
        return self._levels[key]

    def choose(self, asked: Question) -> ChosenCases:
        """Return the cases of a question; void cases and duplicates do not count.

        :raises InputError: ``hotspot_date_unreadable``, ``hotspot_period_backwards``, ``hotspot_kind_unknown``.
        """
        wanted = wanted_of(asked)
        chosen = choose(self.cases, wanted)
        kinds = (chosen.events, chosen.components)
        return ChosenCases(chosen, notes_of(wanted, kinds, chosen.undated, chosen.left_out))


def wanted_of(asked: Question) -> Wanted:
    """Return what a question means.

    :raises InputError: ``hotspot_date_unreadable``, ``hotspot_period_backwards``, ``hotspot_kind_unknown``.
    """
    first, after = counted_period(asked.start, asked.end)
    if asked.case_kind and asked.case_kind not in CASE_KINDS:
        raise InputError("hotspot_kind_unknown", value=asked.case_kind, known=", ".join(CASE_KINDS))
    prefix = clean_code(asked.class_prefix) or ""
    words = (asked.sources, asked.statuses, asked.departments)
    return Wanted(first, after, prefix, asked.case_kind, *words, classes=asked.classes)


def notes_of(wanted: Wanted, kinds: tuple[int, int], undated: int, left_out: int) -> tuple[Message, ...]:
    """Return what to tell of cases that do not count; ``kinds``: events and components with the classes wanted."""
    notes = []
    if wanted.class_prefix and not wanted.kind and all(kinds):
        details = {"prefix": wanted.class_prefix, "events": kinds[0], "components": kinds[1]}
        notes.append(Message("hotspot_kinds_mixed", details))
    if undated:
        notes.append(Message("hotspot_cases_undated", {"count": undated}))
    if left_out:
        notes.append(Message("hotspot_cases_left_out", {"count": left_out}))
    return tuple(notes)
