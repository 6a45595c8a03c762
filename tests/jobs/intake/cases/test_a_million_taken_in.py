"""A million cases with grid, lane and class come into a file, and once more, in a process of 400 megabytes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

if not Path("/proc/self/status").exists():
    pytest.skip("this system does not tell the memory of a program", allow_module_level=True)

_ROOT = Path(__file__).resolve().parents[4]
_ROWS, _SIDE, _MOST_BYTES = 1_000_000, 141, 400_000_000
_WRITE = """
import sys
from pathlib import Path
from tests.bench.district import bench_workspace
from tests.bench.taking_in import add_lanes, write_cases
folder, rows, side = Path(sys.argv[1]), *map(int, sys.argv[2:])
add_lanes(bench_workspace(folder / "district.gpkg", side), side)
write_cases(folder / "cases.csv", side, rows)
"""
_TAKE = """
import json, sys
from pathlib import Path
from gridmgmt_plugin.exchange.reading import read_batches
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.memory import peak_bytes
folder = Path(sys.argv[1])
workspace = Workspace.open(folder / "district.gpkg")
figures = [import_cases(workspace, read_batches(folder / "cases.csv")).figures for _ in range(2)]
print(json.dumps([*figures, peak_bytes()]))
"""


def _run(script: str, *values: object) -> str:
    command = [sys.executable, "-c", script, *map(str, values)]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_a_million_cases_are_taken_in_and_met_again_within_four_hundred_megabytes(tmp_path):
    _run(_WRITE, tmp_path, _ROWS, _SIDE)
    first, second, most_bytes = json.loads(_run(_TAKE, tmp_path))
    assert first["added"] == first["with_unit_grid"] == first["with_lane"] == _ROWS
    assert (second["added"], second["updated"], second["unchanged"]) == (0, 0, _ROWS)
    assert most_bytes <= _MOST_BYTES
