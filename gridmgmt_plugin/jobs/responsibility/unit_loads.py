"""What every unit grid carries, for the figures beside the brush: components, cases per month, metres of lane."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np

from gridmgmt_plugin.core.hotspots.counts import counting
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.jobs.lanes.lane_lengths import lane_lengths_m
from gridmgmt_plugin.workspace.workspace import Workspace

COMPONENTS, CASES_PER_MONTH, LANE_M = "components", "cases_per_month", "lane_m"
_MONTH_DAYS, _MOST_MONTHS = 365.25 / 12, 12.0


def unit_loads(workspace: Workspace) -> Mapping[str, Mapping[str, float]]:
    """Return figure → code of the unit grid → load; every stored unit grid is named in each figure.

    A figure of which the workspace holds nothing at all (no cases were imported) is left out: 0 would be a lie.
    ``cases_per_month``: those that count, reported in the twelve months up to the latest report, or since the first
    one when there are fewer, at least one month. Metres of a lane along a border are shared by both sides.
    """
    found: dict[str, Mapping[str, float]] = {}
    with workspace.reading() as opened:
        units = opened.read("unit_grid", ["code"])
        codes = [str(code) for code in units["code"]]
        components, times = opened.count_by("component", ["unit_grid"])
        cases = opened.read("cases", ["unit_grid", "status", "duplicate_of", "reported_at"], geometry=False)
        lanes_m = lane_lengths_m(opened, units["code"], units.shapes) if opened.count("lane") else None
    if len(components):
        held = dict(zip(components["unit_grid"].tolist(), times.tolist()))
        found[COMPONENTS] = {code: float(held.get(code, 0)) for code in codes}
    months = cases_per_month(cases)
    if months is not None:
        kept, per_case = months
        per_unit = _counted(codes, cases["unit_grid"][kept])
        found[CASES_PER_MONTH] = {code: count * per_case for code, count in per_unit.items()}
    if lanes_m is not None:
        found[LANE_M] = dict(zip(codes, lanes_m.tolist()))
    return found


def cases_per_month(cases: Rows) -> tuple[np.ndarray, float] | None:
    """Return which cases (bool) are counted, and how much each adds to a month; ``None`` without a dated case.

    :param cases: with the columns ``status``, ``duplicate_of`` and ``reported_at``.
    """
    texts = [str(text or "") for text in cases["reported_at"]]
    counted = counting(cases) & np.array([bool(text) for text in texts], dtype=bool)
    if not counted.any():
        return None
    last = max(text for text, kept in zip(texts, counted) if kept)
    since = (_day(last) - timedelta(days=_MONTH_DAYS * _MOST_MONTHS)).isoformat()
    recent = counted & np.array([text > since for text in texts], dtype=bool)
    first = min(text for text, kept in zip(texts, recent) if kept)
    months = ((_day(last) - _day(first)).days + 1) / _MONTH_DAYS
    return recent, 1.0 / min(max(months, 1.0), _MOST_MONTHS)


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text[:10])


def _counted(codes: list[str], named: np.ndarray) -> dict[str, float]:
    count = Counter(named.tolist())
    return {code: float(count[code]) for code in codes}
