"""Cases of places counted where they are stored: the answers of :mod:`.case_figures` without reading a case."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import numpy as np

from gridmgmt_plugin.core.casefigures.cases import COLUMNS, case_arrays
from gridmgmt_plugin.core.casefigures.choice import Wanted, choose
from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.hotspots.counts import VOID, UnitCounts
from gridmgmt_plugin.core.hotspots.slices import TimeSlices, sliced_counts
from gridmgmt_plugin.core.lanes.worded_places import BY_LANE
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.release.sensitive import Sensitive
from gridmgmt_plugin.core.rows import PointPart, Rows
from gridmgmt_plugin.jobs.analysis.case_figures import Question, notes_of, wanted_of
from gridmgmt_plugin.jobs.analysis.hot_place_facts import PlacedCases
from gridmgmt_plugin.jobs.analysis.hotspot_cases import CASE_KINDS
from gridmgmt_plugin.jobs.analysis.hotspot_places import HotspotPlaces
from gridmgmt_plugin.workspace.tellings import INSIDE, OUTSIDE, Begins, Empty, OneOf, Sliced, Telling, Within
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


@dataclass(frozen=True, eq=False)
class SlicedCases:
    """``counts``: int64 (places, slices), cases that surely lie in each. ``nowhere``: cases in no place; ``middle``:
    those known by their lane alone; ``between``: placed, but in no slice; the others as :class:`CaseCounts` has them.
    """

    counts: np.ndarray
    nowhere: int
    middle: int
    between: int
    asked: int
    notes: tuple[Message, ...]


def count_where_stored(workspace: Workspace, places: HotspotPlaces, asked: Question) -> CaseCounts:
    """Return how many cases of a question lie in each place, which a case names by a code.

    :raises InputError: what :func:`.case_figures.wanted_of` raises.
    :raises WorkspaceError: ``workspace_without_cases``.
    """
    wanted = wanted_of(asked)
    found = _counted(workspace, places, wanted, _tellings(wanted))
    sure, times = found.kept & (found.place >= 0) & ~found.middle, found.times
    counts = np.bincount(found.place[sure], weights=times[sure], minlength=len(places)).astype(np.int64)
    return CaseCounts(
        UnitCounts(counts, int(times[found.kept & (found.place < 0)].sum())),
        int(times[found.kept & found.middle].sum()),
        int(times[found.kept].sum()),
        found.notes,
    )


def place_where_stored(
    workspace: Workspace, places: HotspotPlaces, asked: Question, codes: AbstractSet[str]
) -> PlacedCases:
    """Return the cases of a question that surely lie in the places with these codes, no others of them read.

    :raises InputError: what :func:`.case_figures.wanted_of` raises.
    """
    column = "lane_code" if places.level == "lane" else "unit_grid"
    home = places.place_of_code or {}
    named = [code for code, at in home.items() if places.rows["code"][at] in codes]
    rows = workspace.read("cases", COLUMNS, {column: named}, geometry=False)
    nowhere = np.full(len(rows), np.nan)  # places are told by codes
    cases = case_arrays([PointPart({name: rows[name].tolist() for name in COLUMNS}, rows.fids, nowhere, nowhere)])
    place = cases.columns[column].of(home)
    if places.level != "lane":
        place = np.where(cases.columns["placed_by"].of({BY_LANE: 1}) > 0, -1, place)
    return PlacedCases(cases, choose(cases, wanted_of(asked)), place, places.rows["code"])


def slice_where_stored(
    workspace: Workspace, places: HotspotPlaces, asked: Question, slices: TimeSlices
) -> SlicedCases:
    """Return how many cases of a question, whose period has both ends, lie in each place and slice.

    :raises: as :func:`count_where_stored`.
    """
    wanted = wanted_of(asked)
    ends = [end for end in (wanted.first, wanted.after) if end is not None]
    edges = np.unique(np.concatenate([np.array(ends), slices.edges.astype("datetime64[s]")]))
    told = {**_tellings(wanted), "moment": Sliced("reported_at", tuple(edges.astype(str).tolist()))}
    found = _counted(workspace, places, wanted, told, edges)
    place = np.where(found.middle, -1, found.place)[found.kept]
    times, middle = found.times[found.kept], found.middle[found.kept]
    when = slices.of(found.moment[found.kept]) if len(slices) else np.full(len(place), -1)
    return SlicedCases(
        sliced_counts(place, when, len(places), len(slices), times),
        int(times[(place < 0) & ~middle].sum()),
        int(times[middle].sum()),
        int(times[(when < 0) & (place >= 0)].sum()),
        int(times.sum()),
        found.notes,
    )


@dataclass(frozen=True, eq=False)
class _Counted:
    """What came of c combinations of values: ``times`` int64 (c,), how many cases have each; ``place`` int64 (c,),
    −1 for none; ``middle``, ``kept``: bool (c,), known by their lane alone, and counting; ``moment``: datetime64[s]
    (c,), one of those that each stands for; ``notes``: of what does not count.
    """

    times: np.ndarray
    place: np.ndarray
    middle: np.ndarray
    kept: np.ndarray
    moment: np.ndarray
    notes: tuple[Message, ...]


def _counted(
    workspace: Workspace,
    places: HotspotPlaces,
    wanted: Wanted,
    told: Mapping[str, Telling],
    edges: np.ndarray | None = None,
) -> _Counted:
    column = "lane_code" if places.level == "lane" else "unit_grid"
    rows, times = workspace.count_by("cases", [column, "kind"], told)
    if len(times) == 0:
        raise WorkspaceError("workspace_without_cases", path=workspace.title)
    classed = _yes(rows, "classed")
    kinds = (int(times[classed & (rows["kind"] == kind)].sum()) for kind in CASE_KINDS)
    mask = np.logical_and.reduce([classed, *(_yes(rows, name) for name in rows.columns if name.startswith(_WANTED))])
    if wanted.kind:
        mask = mask & (rows["kind"] == wanted.kind)
    undated, moment = 0, np.full(len(times), "NaT", dtype="datetime64[s]")
    if edges is not None:
        moment = _moments(rows["moment"], edges)
    if "moment" in rows:
        inside, dated = _in_period(rows["moment"], wanted) if edges is None else _in_span(moment, wanted)
        undated = int(times[mask & ~dated].sum())
        mask = mask & inside
    kept = mask & ~_yes(rows, "void") & _yes(rows, "first")
    place = np.array([(places.place_of_code or {}).get(code, -1) for code in rows[column]], dtype=np.int64)
    middle = _yes(rows, "middle") & (place >= 0) if places.level != "lane" else np.zeros(len(times), dtype=bool)
    notes = notes_of(wanted, (next(kinds), next(kinds)), undated, int(times[mask & ~kept].sum()))
    return _Counted(times, place, middle, kept, moment, notes)


def cases_asked(
    workspace: Workspace, asked: Question, *, dated: bool = False, hidden: Sensitive | None = None
) -> int:
    """Return how many cases a question has, wherever they lie.

    :param dated: those without a moment do not count. :param hidden: what a case must not be about.
    :raises InputError: what :func:`.case_figures.wanted_of` raises.
    """
    wanted = replace(wanted_of(asked), dated=dated)
    hiding = () if hidden is None else ("class_code", *(["component_code"] if hidden.components else []))
    rows, times = workspace.count_by("cases", ["kind", *hiding], _tellings(wanted))
    if len(times) == 0:
        return 0
    wants = (_yes(rows, name) for name in rows.columns if name.startswith(_WANTED))
    kept = np.logical_and.reduce([_yes(rows, "classed"), ~_yes(rows, "void"), _yes(rows, "first"), *wants])
    if wanted.kind:
        kept = kept & (rows["kind"] == wanted.kind)
    if "moment" in rows:
        kept = kept & _in_period(rows["moment"], wanted)[0]
    if hidden is not None:
        named = rows["component_code"] if "component_code" in rows else np.full(len(times), None, dtype=object)
        kept = kept & ~hidden.cases(rows["kind"], rows["class_code"], named)
    return int(times[kept].sum())


def _tellings(wanted: Wanted) -> dict[str, Telling]:
    """Return what cases are told apart by, so that few kinds of them are left in each place."""
    told: dict[str, Telling] = {
        "void": OneOf(("status",), ((VOID,),)),
        "first": Empty("duplicate_of"),
        "middle": OneOf(("placed_by",), ((BY_LANE,),)),
        "classed": Begins("class_code", wanted.class_prefix),
    }
    if wanted.dated or wanted.first is not None or wanted.after is not None:
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
        inside[texts], dated[texts] = _in_span(_parsed(told[texts]), wanted)
    return np.asarray(inside, dtype=bool), np.asarray(dated, dtype=bool)


def _in_span(moment: np.ndarray, wanted: Wanted) -> tuple[np.ndarray, np.ndarray]:
    dated = ~np.isnat(moment)
    after_first = dated if wanted.first is None else moment >= wanted.first
    before_end = dated if wanted.after is None else moment < wanted.after
    return np.asarray(dated & after_first & before_end), dated


def _moments(told: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return of each answer of :class:`.Sliced` a moment that it stands for, datetime64[s], not-a-time for none."""
    known = {str(number): edge for number, edge in enumerate(edges[:-1])}
    known[OUTSIDE] = edges[0] - np.timedelta64(1, "s")
    found = np.array([known.get(text, np.datetime64("NaT")) for text in told.tolist()], dtype="datetime64[s]")
    texts = np.flatnonzero(np.isnat(found))
    found[texts] = _parsed(told[texts])
    return found


def _parsed(texts: np.ndarray) -> np.ndarray:
    return np.array(parse_dates(texts).iso, dtype="datetime64[s]")
