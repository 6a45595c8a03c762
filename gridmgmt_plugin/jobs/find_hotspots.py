"""Where cases are clustered: counts, rates and Getis-Ord Gi* by unit grid, responsibility grid, community or lane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.adjacency import Adjacency, rook_adjacency
from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.hotspots.analysis import HotspotResult
from gridmgmt_plugin.core.hotspots.analysis import find_hotspots as analyse
from gridmgmt_plugin.core.hotspots.counts import count_cases
from gridmgmt_plugin.core.locate import locate_points
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.report import Report
from gridmgmt_plugin.workspace.schema import scheme_column
from gridmgmt_plugin.workspace.workspace import Workspace

LEVELS = ("unit_grid", "responsibility_grid", "community", "lane")
# Lanes are neighbours where they meet: centre lines drawn by hand end within a metre of each other.
_LANES_MEET_M = 1.0
_TIME = {1: "{}T00:00:00", 2: "{}T23:59:59"}


@dataclass(frozen=True)
class Hotspots:
    """``rows``: one per place with ``code``, ``name``, ``count``, ``rate``, ``gi_z``, ``gi_p``, ``gi_q``, ``hotspot``
    and its geometry; ``report``: figures and notes."""

    rows: Rows
    report: Report


def find_hotspots(
    workspace: Workspace,
    *,
    level: str = "unit_grid",
    scheme: str | None = None,
    start: str | None = None,
    end: str | None = None,
    class_prefix: str = "",
    normalise: str = "none",
    progress: Progress | None = None,
) -> Hotspots:
    """Count the cases that were reported from ``start`` to ``end`` (dates, inclusive) and test where they cluster.

    Void cases and duplicates are not counted. Significance is Gi* with binary weights of the neighbours and the
    place itself, corrected by the false discovery rate; with too little data it is refused and the reason noted.

    :param scheme: needed for ``responsibility_grid``.
    :param normalise: none, area (per km²), components (per 100) or length (per km of lane).
    :raises InputError: ``hotspot_level_unknown``, ``hotspot_scheme_missing``, ``hotspot_date_unreadable``.
    :raises WorkspaceError: ``workspace_without_cases`` or ``hotspot_no_places``.
    """
    progress = progress or Progress()
    if level not in LEVELS:
        raise InputError("hotspot_level_unknown", value=level, known=", ".join(LEVELS))
    if workspace.count("cases") == 0:
        raise WorkspaceError("workspace_without_cases", path=str(workspace.path))
    places = _places(workspace, level, scheme)
    if len(places) == 0:
        raise WorkspaceError("hotspot_no_places", level=level)
    cases, left_out = _cases(workspace, start, end, class_prefix)
    progress.report(0.2)
    counted = count_cases(_place_of(cases, places, level, workspace.info.precision_m), len(places))
    progress.report(0.4)
    graph = _lane_graph(places) if level == "lane" else rook_adjacency(places.geometry)
    base = _base(workspace, places, level, normalise)
    progress.report(0.7)
    result = analyse(counted.count, graph, base, normalise)
    progress.report(1.0)
    return Hotspots(_rows(places, result), _report(result, len(cases), counted.outside, left_out))


def _places(workspace: Workspace, level: str, scheme: str | None) -> Rows:
    if level == "community":
        leaves = workspace.read("area", ["code", "name"], {"level": "community"})
        return leaves if len(leaves) else workspace.read("area", ["code", "name"], {"level": "street_office"})
    if level == "responsibility_grid":
        if not scheme:
            raise InputError("hotspot_scheme_missing")
        scheme_column(scheme)
        return workspace.read("responsibility_grid", ["code", "name"], {"scheme": scheme})
    return workspace.read(level, ["code", "name"])


def _cases(workspace: Workspace, start: str | None, end: str | None, class_prefix: str) -> tuple[Rows, int]:
    rows = workspace.read("cases", ["class_code", "status", "duplicate_of", "reported_at", "unit_grid", "lane_code"])
    first, last = _moment(start, 1), _moment(end, 2)
    reported = np.array([value or "" for value in rows["reported_at"]])
    keep = np.ones(len(rows), dtype=bool)
    if first:
        keep &= reported >= first
    if last:
        keep &= (reported <= last) & (reported != "")
    if class_prefix:
        keep &= np.array([str(value or "").startswith(class_prefix) for value in rows["class_code"]], dtype=bool)
    void = np.array([s == "void" or bool(d) for s, d in zip(rows["status"], rows["duplicate_of"])], dtype=bool)
    return rows.take(keep & ~void), int((keep & void).sum())


def _moment(text: str | None, which: int) -> str:
    if not text:
        return ""
    parsed = parse_dates([text])
    if parsed.iso[0] is None:
        raise InputError("hotspot_date_unreadable", value=text)
    iso = str(parsed.iso[0])
    return iso if "T" in iso else _TIME[which].format(iso)


def _place_of(cases: Rows, places: Rows, level: str, precision_m: float) -> np.ndarray:
    """Return the position of each case's place, −1 for none: by the stored codes, else by location."""
    if level in ("unit_grid", "lane"):
        column = cases["unit_grid" if level == "unit_grid" else "lane_code"]
        position = {code: index for index, code in enumerate(places["code"])}
        return np.array([position.get(code, -1) for code in column], dtype=np.int64)
    x, y = shapely.get_x(cases.geometry), shapely.get_y(cases.geometry)
    return locate_points(x, y, places.geometry, places["code"], precision_m=precision_m)


def _lane_graph(places: Rows) -> Adjacency:
    first, second = shapely.STRtree(places.geometry).query(
        places.geometry, predicate="dwithin", distance=_LANES_MEET_M
    )
    keep = first < second
    return Adjacency.from_pairs(len(places), np.column_stack([first[keep], second[keep]]).astype(np.int64))


def _base(workspace: Workspace, places: Rows, level: str, normalise: str) -> np.ndarray | None:
    if normalise == "area":
        return np.asarray(shapely.area(places.geometry), dtype=np.float64)
    if normalise == "components":
        parts = workspace.read("component", ["unit_grid", "lane_code"])
        position = _place_of(parts, places, level, workspace.info.precision_m)
        return count_cases(position, len(places)).count.astype(np.float64)
    if normalise == "length":
        if level == "lane":
            return np.asarray(shapely.length(places.geometry), dtype=np.float64)
        lanes = workspace.read("lane", ["code"])
        place, lane = shapely.STRtree(lanes.geometry).query(places.geometry, predicate="intersects")
        pieces = shapely.length(shapely.intersection(places.geometry[place], lanes.geometry[lane]))
        return np.bincount(place, weights=pieces, minlength=len(places))
    return None


def _rows(places: Rows, result: HotspotResult) -> Rows:
    def numbers(values: np.ndarray) -> np.ndarray:
        return as_column(None if value != value else value for value in values.tolist())  # noqa: PLR0124  NaN test

    columns = {
        "code": places["code"],
        "name": places["name"],
        "count": as_column(result.count.tolist()),
        "rate": numbers(result.rate),
        "gi_z": numbers(result.gi_z),
        "gi_p": numbers(result.gi_p),
        "gi_q": numbers(result.gi_q),
        "hotspot": as_column(result.hotspot.tolist()),
    }
    return Rows(columns, places.geometry)


def _report(result: HotspotResult, cases: int, outside: int, left_out: int) -> Report:
    notes: list[Message] = list(result.notes)
    if result.refusal is not None:
        notes.insert(0, result.refusal)
    if left_out:
        notes.append(Message("hotspot_cases_left_out", {"count": left_out}))
    if outside:
        notes.append(Message("hotspot_cases_nowhere", {"count": outside}))
    figures = {
        "cases": cases,
        "places": len(result.count),
        "neighbours_mean": round(result.neighbours_mean, 2),
        "hot": int((result.hotspot > 0).sum()),
        "hot_99": int((result.hotspot == 3).sum()),
        "cold": int((result.hotspot < 0).sum()),
    }
    return Report("hotspots", accepted=cases, figures=figures, notes=tuple(notes))
