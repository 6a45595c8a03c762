"""A million cases in a process that may not have more than four gigabytes: taken in, counted, briefed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

resource = pytest.importorskip("resource")

_ROOT = Path(__file__).resolve().parents[3]
_ROWS, _SIDE, _MOST = 1_000_000, 141, 4 << 30
_WRITE = """
import sys
from pathlib import Path
from tests.bench.district import bench_workspace
from tests.bench.taking_in import write_cases
folder, rows, side = Path(sys.argv[1]), *map(int, sys.argv[2:])
bench_workspace(folder / "district.gpkg", side)
write_cases(folder / "cases.csv", side, rows)
"""
_WORK = """
import resource, sys
from datetime import date, datetime
from pathlib import Path
from gridmgmt_plugin.core.casefigures.periods import Period
from gridmgmt_plugin.exchange.reading import read_batches
from gridmgmt_plugin.jobs.analysis.briefing import make_briefing
from gridmgmt_plugin.jobs.analysis.briefing_content import BriefingQuestion
from gridmgmt_plugin.jobs.analysis.case_figures import Question
from gridmgmt_plugin.jobs.analysis.case_overview import CaseOverviews
from gridmgmt_plugin.jobs.analysis.evaluate import evaluate
from gridmgmt_plugin.jobs.analysis.find_hotspots import find_hotspots
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.workspace.workspace import Workspace
folder, rows, most = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_AS, (most, most))
workspace = Workspace.open(folder / "district.gpkg")
taken = import_cases(workspace, read_batches(folder / "cases.csv"))
assert taken.figures["added"] == taken.figures["with_unit_grid"] == rows, taken.figures
assert find_hotspots(workspace).report.accepted == rows
overview = CaseOverviews(workspace, "unit_grid", None)
month = Period(date(2025, 3, 1), date(2025, 3, 31))
counted = overview.answer(Question(), month, datetime(2026, 1, 1)).count
del overview
assert evaluate(workspace, level="community", start="2025-03-01", end="2025-03-31").report.accepted > 0
made = make_briefing(workspace, folder, BriefingQuestion(month.first, month.last), formats=("html",))
print(counted, made.figures["files"])
"""


def _run(script: str, *values: object) -> str:
    # Each thread of the number libraries reserves room that it never uses.
    quiet = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", script, *map(str, values)]
    done = subprocess.run(command, cwd=_ROOT, env=quiet, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_a_million_cases_are_taken_in_counted_and_briefed_within_four_gigabytes(tmp_path):
    _run(_WRITE, tmp_path, _ROWS, _SIDE)
    told = _run(_WORK, tmp_path, _ROWS, _MOST)
    assert int(told.split()[0]) == 31 * 86_400 // 31  # one case every 31 seconds
