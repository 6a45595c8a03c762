"""Cases of places counted where they are stored: the answers of :mod:`.case_figures` without reading a case."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.casefigures.choice import Wanted
from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.hotspots.counts import VOID, UnitCounts
from gridmgmt_plugin.core.lanes.worded_places import BY_LANE
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.jobs.analysis.case_figures import Question, notes_of, wanted_of
from gridmgmt_plugin.jobs.analysis.hotspot_cases import CASE_KINDS
from gridmgmt_plugin.jobs.analysis.hotspot_places import HotspotPlaces
from gridmgmt_plugin.workspace.tellings import INSIDE, OUTSIDE, Begins, Empty, OneOf, Telling, Within
from gridmgmt_plugin.workspace.workspace import Workspace

_WANTED = "wanted "


@dataclass(frozen=True, eq=False)
class CaseCounts:
    """``counts``: cases that surely lie in each place. ``middle``: how many more are known by their lane alone.
    ``asked``: how many cases the question has. ``notes``: which cases do not count, and why.
    """

    counts: UnitCounts
    middle: int
    asked: int
    notes: tuple[Message, ...]


def count_where_stored(workspace: Workspace, places: HotspotPlaces, asked: Question) -> CaseCounts:
    """Return how many cases of a question lie in each place, which a case names by a code.

    :raises InputError: what :func:`.case_figures.wanted_of` raises.
    :raises WorkspaceError: ``workspace_without_cases``.
    """
    wanted = wanted_of(asked)
    column = "lane_code" if places.level == "lane" else "unit_grid"
    rows, times = workspace.count_by("cases", [column, "kind"], _tellings(wanted))
    if len(times) == 0:
        raise WorkspaceError("workspace_without_cases", path=workspace.title)
    classed = _yes(rows, "classed")
    kinds = (int(times[classed & (rows["kind"] == kind)].sum()) for kind in CASE_KINDS)
    mask = np.logical_and.reduce([classed, *(_yes(rows, name) for name in rows.columns if name.startswith(_WANTED))])
    if wanted.kind:
        mask = mask & (rows["kind"] == wanted.kind)
    undated = 0
    if "moment" in rows:
        inside, dated = _in_period(rows["moment"], wanted)
        undated = int(times[mask & ~dated].sum())
        mask = mask & inside
    kept = mask & ~_yes(rows, "void") & _yes(rows, "first")
    place = np.array([(places.place_of_code or {}).get(code, -1) for code in rows[column]], dtype=np.int64)
    middle = _yes(rows, "middle") & (place >= 0) if places.level != "lane" else np.zeros(len(times), dtype=bool)
    sure = kept & (place >= 0) & ~middle
    counts = np.bincount(place[sure], weights=times[sure], minlength=len(places)).astype(np.int64)
    return CaseCounts(
        UnitCounts(counts, int(times[kept & (place < 0)].sum())),
        int(times[kept & middle].sum()),
        int(times[kept].sum()),
        notes_of(wanted, (next(kinds), next(kinds)), undated, int(times[mask & ~kept].sum())),
    )


def cases_asked(workspace: Workspace, asked: Question) -> int:
    """Return how many cases a question has, wherever they lie.

    :raises InputError: what :func:`.case_figures.wanted_of` raises.
    """
    wanted = wanted_of(asked)
    rows, times = workspace.count_by("cases", ["kind"], _tellings(wanted))
    if len(times) == 0:
        return 0
    wants = (_yes(rows, name) for name in rows.columns if name.startswith(_WANTED))
    kept = np.logical_and.reduce([_yes(rows, "classed"), ~_yes(rows, "void"), _yes(rows, "first"), *wants])
    if wanted.kind:
        kept = kept & (rows["kind"] == wanted.kind)
    if "moment" in rows:
        kept = kept & _in_period(rows["moment"], wanted)[0]
    return int(times[kept].sum())


def _tellings(wanted: Wanted) -> dict[str, Telling]:
    """Return what cases are told apart by, so that few kinds of them are left in each place."""
    told: dict[str, Telling] = {
        "void": OneOf(("status",), ((VOID,),)),
        "first": Empty("duplicate_of"),
        "middle": OneOf(("placed_by",), ((BY_LANE,),)),
        "classed": Begins("class_code", wanted.class_prefix),
    }
    if wanted.first is not None or wanted.after is not None:
        first, after = (None if moment is None else str(moment) for moment in (wanted.first, wanted.after))
        told["moment"] = Within("reported_at", first, after)
    if wanted.classes:
        told[f"{_WANTED}class"] = OneOf(("kind", "class_code"), wanted.classes)
    for name, words in (
        ("source", wanted.sources),
        ("status", wanted.statuses),
        ("department_code", wanted.departments),
    ):
        if words:
            told[f"{_WANTED}{name}"] = OneOf((name,), tuple((word,) for word in words))
    return told


def _yes(rows: Rows, name: str) -> np.ndarray:
    return np.asarray(rows[name].astype(np.int64) == 1)


def _in_period(told: np.ndarray, wanted: Wanted) -> tuple[np.ndarray, np.ndarray]:
    """Return which moments lie in the period and which are moments at all, bool; texts are read as a file's are."""
    inside, dated = told == INSIDE, (told == INSIDE) | (told == OUTSIDE)
    texts = np.flatnonzero(~dated)
    if len(texts):
        moment = np.array(parse_dates(told[texts]).iso, dtype="datetime64[s]")
        dated[texts] = there = ~np.isnat(moment)
        after_first = there if wanted.first is None else moment >= wanted.first
        before_end = there if wanted.after is None else moment < wanted.after
        inside[texts] = there & after_first & before_end
    return np.asarray(inside, dtype=bool), np.asarray(dated, dtype=bool)
