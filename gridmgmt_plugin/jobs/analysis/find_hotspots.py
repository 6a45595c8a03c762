"""Where cases are clustered: counts, rates and Getis-Ord Gi* by unit grid, responsibility grid, community or lane."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gridmgmt_plugin.core.geometry.adjacency import Adjacency
from gridmgmt_plugin.core.hotspots.analysis import BY_NORMAL, Chance, HotspotResult
from gridmgmt_plugin.core.hotspots.analysis import find_hotspots as analyse
from gridmgmt_plugin.core.hotspots.hot_places import number_places
from gridmgmt_plugin.core.hotspots.significance import place_count
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows, as_column, numbers_or_none
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.analysis.case_counts import CaseCounts, count_where_stored, place_where_stored
from gridmgmt_plugin.jobs.analysis.case_figures import CaseFigures, Question, wanted_of
from gridmgmt_plugin.jobs.analysis.hot_place_facts import PlacedCases, no_facts, with_facts
from gridmgmt_plugin.jobs.analysis.hotspot_places import HotspotPlaces, hotspot_places, named_places, place_sizes
from gridmgmt_plugin.jobs.areas.listed_places import listed_notes, listed_places
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.workspace import Workspace


@dataclass(frozen=True)
class Hotspots:
    """``rows``: one per listed place with ``code``, ``name``, ``count``, ``rate``, ``gi_z``, ``gi_p``, ``gi_p_sim``,
    ``gi_q``, ``hotspot`` (−3 … 3, 0 = not significant), ``place_no`` (number of the hot place, 1 for that with most
    cases, else ``None``), what :data:`.hot_place_facts.PLACE_FACTS` tell of the hot place, and its geometry;
    ``places``: what the hot places are called, by their numbers; ``report``: figures and notes."""

    rows: Rows
    places: tuple[Message, ...]
    report: Report


def find_hotspots(
    workspace: Workspace,
    *,
    level: str = "unit_grid",
    scheme: str | None = None,
    start: str | None = None,
    end: str | None = None,
    class_prefix: str = "",
    case_kind: str = "",
    normalise: str = "none",
    chance: Chance = BY_NORMAL,
    listed: Source | None = None,
    progress: Progress | None = None,
) -> Hotspots:
    """Count the cases that were reported from ``start`` to ``end`` and test where they cluster; nothing is written.

    Void cases and duplicates are not counted. Significance is Gi* with binary weights of the neighbours and the
    place itself, corrected by the false discovery rate; with too little data it is refused and the reason noted.

    :param level: unit_grid, responsibility_grid (of ``scheme``), community (the finest areas) or lane.
    :param start, end: dates or times, inclusive. :param class_prefix: beginning of the class codes.
    :param case_kind: ``event``, ``component``, or empty for both.
    :param normalise: none, area (per hectare), components (per 100), length (per 100 m of lane) or population (per
        1 000 people). :param chance: how the p that decides is found.
    :param listed: the layer whose places are listed and joined, see :func:`.listed_places`; neighbours, mean and
        correction are those of the whole level all the same, so that no place becomes hot by being looked at alone.
    :raises InputError: what places, sizes and cases raise (``hotspot_…``).
    :raises WorkspaceError: ``workspace_without_cases``, ``hotspot_no_places``, ``scheme_key_malformed``.
    """
    progress = progress or Progress()
    asked = Question(start, end, class_prefix, case_kind)
    if level == "community" or not isinstance(workspace.location, PostgresLocation):
        how = (level, scheme, normalise, chance, listed)
        figures = CaseFigures(workspace)
        found = hotspots_of(workspace, figures, asked, *how, progress)
        return told_of_places(workspace, figures, asked, found, level, scheme)
    # Cases in a database have their codes already; of a million of them not a million rows go over the wire.
    with workspace.steady() as state:
        wanted_of(asked)
        places = hotspot_places(state, level, scheme)
        counted = count_where_stored(state, places, asked)
        sizes = place_sizes(state, places, normalise)
        neighbours = places.neighbours(state.info.precision_m)
        progress.report(0.6)
        found = _tested(state, _Counted(counted, places, neighbours, sizes, listed), normalise, chance, progress)
        if not found.places:
            return replace(found, rows=no_facts(found.rows))
        placed = place_where_stored(state, places, asked, set(found.rows["code"][found.rows["hotspot"] > 0]))
        return replace(found, rows=with_facts(state, found.rows, placed, scheme or ""))


def told_of_places(
    workspace: Workspace, figures: CaseFigures, asked: Question, found: Hotspots, level: str, scheme: str | None
) -> Hotspots:
    """Return hot spots of a question about cases that have been read with what is asked of each hot place."""
    placed = figures.at(level, scheme)
    cases = PlacedCases(figures.cases, figures.choose(asked).chosen, placed.sure_place, placed.places.rows["code"])
    return replace(found, rows=with_facts(workspace, found.rows, cases, scheme or ""))


def hotspots_of(
    workspace: Workspace,
    figures: CaseFigures,
    asked: Question,
    level: str = "unit_grid",
    scheme: str | None = None,
    normalise: str = "none",
    chance: Chance = BY_NORMAL,
    listed: Source | None = None,
    progress: Progress | None = None,
) -> Hotspots:
    """Do what :func:`find_hotspots` does for another question about cases that have been read, without what
    :func:`told_of_places` adds."""
    progress = progress or Progress()
    cases = figures.choose(asked)
    placed = figures.at(level, scheme)
    progress.report(0.2)
    counts, middle = placed.surely_there(cases)
    progress.report(0.4)
    sizes = placed.sizes(normalise)
    progress.report(0.6)
    counted = CaseCounts(counts, middle, len(cases), cases.notes)
    found = _Counted(counted, placed.places, placed.neighbours, sizes, listed)
    return _tested(workspace, found, normalise, chance, progress)


@dataclass(frozen=True, eq=False)
class _Counted:
    """Cases of places, with what a test needs of the places; ``sizes``: what counts are divided by; ``listed``: the
    layer whose places are listed.
    """

    cases: CaseCounts
    places: HotspotPlaces
    neighbours: Adjacency
    sizes: np.ndarray | None
    listed: Source | None


def _tested(workspace: Workspace, counted: _Counted, normalise: str, chance: Chance, progress: Progress) -> Hotspots:
    count, neighbours, rows = counted.cases.counts.count, counted.neighbours, counted.places.rows
    listed = listed_places(counted.listed, rows, workspace.info.frame)
    result = analyse(count, neighbours, counted.sizes, normalise, chance, progress.part(0.6, 0.9))
    seen = np.where(listed, result.hotspot, 0)
    number = number_places(seen, result.count, neighbours)
    areas = place_count(seen > 0, neighbours), place_count(seen < 0, neighbours)
    named = named_places(workspace, counted.places, number, result.count)
    progress.report(1.0)
    report = _report(result, counted.cases, listed, areas)
    return Hotspots(_rows(rows, result, number).take(listed), named, report)


def _rows(places: Rows, result: HotspotResult, number: np.ndarray) -> Rows:
    columns = {
        "code": places["code"],
        "name": places["name"],
        "count": as_column(result.count.tolist()),
        "rate": numbers_or_none(result.rate),
        "gi_z": numbers_or_none(result.gi_z),
        "gi_p": numbers_or_none(result.gi_p),
        "gi_p_sim": numbers_or_none(result.gi_p_sim),
        "gi_q": numbers_or_none(result.gi_q),
        "hotspot": as_column(result.hotspot.tolist()),
        "place_no": as_column(place or None for place in number.tolist()),
    }
    return Rows(columns, places.geometry)


def _report(result: HotspotResult, cases: CaseCounts, listed: np.ndarray, areas: tuple[int, int]) -> Report:
    """Return figures and notes; ``areas``: how many hot and cold places the listed units make on the ground."""
    seen = result.hotspot[listed]
    outside, middle = cases.counts.outside, cases.middle
    notes: list[Message] = [] if result.refusal is None else [result.refusal]
    notes += [*result.notes, *cases.notes]
    if outside:
        notes.append(Message("hotspot_cases_nowhere", {"count": outside}))
    if middle:
        notes.append(Message("hotspot_cases_at_lane_middle", {"count": middle}))
    notes += listed_notes(listed)
    figures = {
        "cases": cases.asked,
        "cases_nowhere": outside,
        "places": len(seen),
        "neighbours_mean": round(result.neighbours_mean, 2),
        "hot_places": areas[0],
        "hot": int((seen > 0).sum()),
        "hot_99": int((seen == 3).sum()),
        "cold_places": areas[1],
        "cold": int((seen < 0).sum()),
    }
    return Report("hotspots", accepted=int(result.count[listed].sum()), figures=figures, notes=tuple(notes))
