"""The briefing of a month over a million cases of a year: what is read, what is counted, and the files."""

from __future__ import annotations

import os
import tempfile
from datetime import date, datetime
from pathlib import Path

import numpy as np
import shapely

from gridmgmt_plugin.core.locate import locate_points
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.analysis.briefed_cases import CaseFilter, with_cases
from gridmgmt_plugin.jobs.analysis.briefing import make_briefing
from gridmgmt_plugin.jobs.analysis.briefing_content import BRIEFED_COLUMNS, BriefingQuestion, read_briefing
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.bench.cells import points_in
from tests.bench.contest import Contest, Work
from tests.bench.district import EAST, NORTH, bench_workspace
from tests.bench.qgis_peers import start_qgis

CASES = 1_000_000
ASKED = BriefingQuestion(date(2026, 3, 1), date(2026, 3, 31))
NOW = datetime(2026, 6, 30)
_MINUTE, _DAY = 60, 86_400


def _with_cases(side: int) -> Workspace:
    """Return a workspace with the cases, made in a child process so that the making does not count as memory."""
    path = Path(tempfile.mkdtemp()) / "workspace.gpkg"
    child = os.fork()
    if child == 0:
        _fill(bench_workspace(path, side), side)
        os._exit(0)
    if os.waitpid(child, 0)[1] != 0:
        raise RuntimeError("no workspace was made")
    return Workspace.open(path)


def _fill(workspace: Workspace, side: int) -> None:
    """Write a case for every half minute of a year; each tenth is not closed yet, the others within nine days."""
    units = workspace.read("unit_grid", ["code"])
    x, y = points_in(side, CASES)
    x, y = x + EAST, y + NORTH
    number = np.arange(CASES)
    reported = np.datetime64("2025-07-01T00:00:00") + number * 30
    closed = (reported + _DAY * (1 + number % 9)).astype(str).tolist()
    columns = {
        "id": [f"C{at:08d}" for at in range(CASES)],
        "kind": ["event"] * CASES,
        "class_code": [f"{at % 6 + 1:02d}{at // 6 % 20 + 1:02d}" for at in range(CASES)],
        "source": [("监督员", "12345", "视频")[at % 3] for at in range(CASES)],
        "status": ["closed" if at % 10 else "handling" for at in range(CASES)],
        "department_code": [f"D{at % 40:02d}" for at in range(CASES)],
        "reported_at": reported.astype(str).tolist(),
        "filed_at": (reported + 10 * _MINUTE).astype(str).tolist(),
        "due_at": (reported + 5 * _DAY).astype(str).tolist(),
        "closed_at": [moment if at % 10 else None for at, moment in enumerate(closed)],
        "unit_grid": units.pick_or_none("code", locate_points(x, y, units.shapes, units["code"])).tolist(),
        "address": [f"解放路{at % 997}号" for at in range(CASES)],
    }
    with workspace.transaction("bench", "bench") as transaction:
        rows = Rows({name: as_column(values) for name, values in columns.items()}, shapely.points(x, y))
        transaction.insert("cases", rows)


def _reading(side: int) -> Work:
    workspace = _with_cases(side)
    return lambda: with_cases(workspace, CaseFilter(), BRIEFED_COLUMNS).read("cases", ["id"])


def _counting(side: int) -> Work:
    workspace = _with_cases(side)
    return lambda: read_briefing(workspace, ASKED, NOW)


def _files(side: int) -> Work:
    start_qgis()
    workspace, folder = _with_cases(side), tempfile.mkdtemp()
    return lambda: make_briefing(workspace, folder, ASKED)


CONTESTS = (
    Contest(
        "briefing",
        "a briefing, a million cases",
        {"read": _reading, "read and counted": _counting, "all four files": _files},
        runs=1,
    ),
)
