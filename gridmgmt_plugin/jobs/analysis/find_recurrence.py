"""The same trouble at the same place again (反复抓、抓反复): which closings did not hold, and is it chance?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.columns import distinct_rows, numbered
from gridmgmt_plugin.core.dates import moments_of
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.lanes.worded_places import BY_GRID, BY_LANE
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.recurrence.gathering import Places, gather
from gridmgmt_plugin.core.recurrence.returns import Returns, find_returns
from gridmgmt_plugin.core.recurrence.scan import scan_p
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.analysis.answers_at import ANSWERS, answers_at
from gridmgmt_plugin.jobs.analysis.hotspot_cases import counted_cases
from gridmgmt_plugin.workspace.workspace import Workspace

#: What of a case is asked for besides what counting needs.
RETURN_COLUMNS = ("closed_at", "address")
# Cases that were placed so lie at one point with all others of their grid or lane.
_ROUGHLY = (BY_GRID, BY_LANE)
_TOLD = ("address", "unit_grid", "lane_code", "class_code", "kind")
_FOUND = (
    *("place", "class_code", "kind", "times", "not_held", "cases", "first", "last", "p"),
    *("unit_grid", "lane_code", "lane_name"),
)


@dataclass(frozen=True)
class Recurrence:
    """``rows``: one per place and class where something came back, the most often first: ``place`` (address, lane or
    grid), ``class_code``, ``times`` (how often the trouble was there), ``not_held`` (closings that did not hold),
    ``cases``, ``first``, ``last`` (ISO 8601), ``p``, ``unit_grid``, ``lane_code``, ``lane_name``, who answers today,
    and a point. ``report``: figures and notes."""

    rows: Rows
    report: Report


@dataclass(frozen=True)
class _Cases:
    """Cases that have a place and a time. ``rows``; ``x``, ``y`` in metres; ``moment``, ``closed``; ``group``: the
    class, int64; ``notes``."""

    rows: Rows
    x: np.ndarray
    y: np.ndarray
    moment: np.ndarray
    closed: np.ndarray
    group: np.ndarray
    notes: tuple[Message, ...]


def find_recurrence(
    workspace: Workspace,
    *,
    days: float,
    distance_m: float,
    start: str | None = None,
    end: str | None = None,
    class_prefix: str = "",
    case_kind: str = "",
    scheme: str = "",
    permutations: int,
    seed: int = 0,
    progress: Progress | None = None,
) -> Recurrence:
    """Find what was reported again within ``days`` after it had been closed, at a place; nothing is written.

    A place is the cases of one class within ``distance_m`` of its middle. ``p`` tells how often chance alone makes a
    cluster in time like the strongest one of the place, by the space-time permutation scan within windows of
    ``days``. Which cases count: as for hot spots; those without a position, those of which no more than
    their grid or lane is known, and those closed before they were reported, are told and left out.

    :param scheme: whose grid and person are named; of "" those of the only one that there is.
    :param permutations: 0 leaves out p.
    :raises InputError: ``recurrence_days``, ``recurrence_distance``, ``recurrence_permutations``, and what periods,
        classes and schemes raise.
    :raises WorkspaceError: ``workspace_without_cases``.
    """
    progress = progress or Progress()
    _refuse(days, distance_m, permutations)
    cases = _placed(workspace, start, end, class_prefix, case_kind)
    progress.report(0.1)
    needed = int(load_json("statistics/recurrence.json")["minimum_closed"])
    ended = int((~np.isnat(cases.closed)).sum())
    if ended < needed:
        refusal = Message("recurrence_too_few_closed", {"count": ended, "needed": needed})
        return Recurrence(_no_rows(), _report(_no_rows(), len(cases.rows), (refusal, *cases.notes)))
    places = gather(cases.x, cases.y, cases.group, distance_m, progress.part(0.1, 0.3))
    found = find_returns(places.of_case, cases.moment, cases.closed, days, len(places))
    day = cases.moment.astype("datetime64[D]").astype(np.int64)
    window = max(1, int(np.ceil(days)))
    p = scan_p(places.of_case, cases.group, day, window, permutations, seed, progress.part(0.3, 0.9))
    rows = _rows(workspace, cases, places, found, p if permutations else np.full(len(places), np.nan))
    rows = answers_at(workspace, rows, scheme, progress.part(0.9, 1.0))
    return Recurrence(rows, _report(rows, len(cases.rows), cases.notes))


def _refuse(days: float, distance_m: float, permutations: int) -> None:
    if not days > 0:
        raise InputError("recurrence_days", value=days)
    if not distance_m > 0:
        raise InputError("recurrence_distance", value=distance_m)
    if permutations < 0:
        raise InputError("recurrence_permutations", value=permutations)


def _placed(workspace: Workspace, start: str | None, end: str | None, class_prefix: str, case_kind: str) -> _Cases:
    counted = counted_cases(workspace, start, end, class_prefix, case_kind, dated=True, also=RETURN_COLUMNS)
    rows, notes = counted.rows, list(counted.notes)
    x, y = rows.xy()
    closed = moments_of(rows["closed_at"])
    nowhere = ~(np.isfinite(x) & np.isfinite(y))
    rough = ~nowhere & np.isin(rows["placed_by"].astype(str), _ROUGHLY)
    backwards = ~nowhere & ~rough & ~np.isnat(closed) & (closed < counted.moment)
    for left_out, code in (
        (nowhere, "recurrence_cases_nowhere"),
        (rough, "recurrence_cases_roughly_placed"),
        (backwards, "recurrence_closed_before_reported"),
    ):
        if left_out.any():
            notes.append(Message(code, {"count": int(left_out.sum())}))
    kept = ~nowhere & ~rough & ~backwards
    rows = rows.take(kept)
    return _Cases(rows, x[kept], y[kept], counted.moment[kept], closed[kept], _classes(rows), tuple(notes))


def _classes(rows: Rows) -> np.ndarray:
    """Return the class of each case as a number, in the order of their kinds and codes."""
    first, which = distinct_rows([numbered(rows[name])[1] for name in ("kind", "class_code")])
    pairs = zip(rows["kind"][first], rows["class_code"][first])
    names = np.array([f"{kind or ''}|{code or ''}" for kind, code in pairs], dtype=str)
    return np.asarray(np.unique(names, return_inverse=True)[1].reshape(-1)[which])


def _rows(workspace: Workspace, cases: _Cases, places: Places, found: Returns, p: np.ndarray) -> Rows:
    again = np.flatnonzero(found.not_held)
    again = again[np.lexsort((places.y[again], places.x[again], -found.times[again], -found.not_held[again]))]
    by_place = np.argsort(places.of_case, kind="stable")
    ends = np.cumsum(np.bincount(places.of_case, minlength=len(places)))
    names = {
        table: dict(zip(rows["code"], rows["name"]))
        for table, rows in ((t, workspace.read(t, ["code", "name"], geometry=False)) for t in ("lane", "unit_grid"))
    }
    table: dict[str, list[object]] = {name: [] for name in _FOUND}
    for place in again.tolist():
        members = by_place[ends[place - 1] if place else 0 : ends[place]]
        often = {name: _most(cases.rows[name][members]) for name in _TOLD}
        lane, grid = names["lane"].get(often["lane_code"]), names["unit_grid"].get(often["unit_grid"])
        spot = f"{places.x[place]:.0f}, {places.y[place]:.0f}"
        table["place"].append(often["address"] or lane or grid or often["unit_grid"] or spot)
        for name in ("class_code", "kind", "unit_grid", "lane_code"):
            table[name].append(often[name])
        table["lane_name"].append(lane)
        table["times"].append(int(found.times[place]))
        table["not_held"].append(int(found.not_held[place]))
        table["cases"].append(len(members))
        table["first"].append(str(found.first[place]))
        table["last"].append(str(found.last[place]))
        table["p"].append(None if np.isnan(p[place]) else float(p[place]))
    shapes = np.asarray(shapely.points(places.x[again], places.y[again])) if len(again) else np.zeros(0, dtype=object)
    return Rows({name: as_column(values) for name, values in table.items()}, shapes)


def _most(values: np.ndarray) -> str | None:
    """Return the value that stands most often, the smallest of several; ``None`` where none stands."""
    counts = Counter(str(value) for value in values if value)
    return min(counts, key=lambda value: (-counts[value], value)) if counts else None


def _no_rows() -> Rows:
    empty = np.zeros(0, dtype=object)
    return Rows(dict.fromkeys((*_FOUND, *ANSWERS), empty), empty)


def _report(rows: Rows, cases: int, notes: tuple[Message, ...]) -> Report:
    figures = {
        "cases": cases,
        "places": len(rows),
        "not_held": int(sum(rows["not_held"])),
        "beyond_chance": sum(p is not None and p <= 0.05 for p in rows["p"]),
    }
    return Report("recurrence", accepted=len(rows), figures=figures, notes=notes)
