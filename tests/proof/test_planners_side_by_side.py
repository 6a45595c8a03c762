"""Eight planners who save without a pause, each in a program of his own: the work flows and nothing is torn."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.coverage.shared_vertices import with_vertices
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.network_proxy import NetworkApart
from tests.proof.planner_at_work import communities
from tests.qgis.editing.saving import town

ROOT = Path(__file__).resolve().parents[2]
PLANNERS, SECONDS = 8, 60


@dataclass(frozen=True)
class Work:
    """What planners did. ``took``: seconds of each save; ``refused``: how many others, by the reason. ``worked_s``:
    seconds of processors of all of them; ``said``: what another program said in the end that began with them.
    """

    took: list[float]
    refused: Counter
    worked_s: float
    said: str


def at_work(location, *more: str, beside: Sequence[str] = ()) -> Work:
    """Let all planners work. ``beside``: what Python is given for another program."""
    command = [sys.executable, "-m", "tests.proof.planner_at_work", str(location), str(PLANNERS)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    programs = [
        subprocess.Popen([*command, str(number), str(SECONDS), *more], cwd=ROOT, **pipes)
        for number in range(PLANNERS)
    ]
    others = [subprocess.Popen([sys.executable, *beside], cwd=ROOT, **pipes)] if beside else []
    for program in [*programs, *others]:
        assert program.stdout.readline() == "ready\n"
    took, refused, worked_s = [], Counter(), 0.0
    for program in [*programs, *others]:
        program.stdin.write("go\n")
        program.stdin.flush()
    for program in programs:
        told = json.loads(program.communicate(timeout=SECONDS + 120)[0].splitlines()[-1])
        took += told["took"]
        refused.update(told["refused"])
        worked_s += told["worked_s"]
    said = [other.communicate(timeout=300)[0].splitlines()[-1] for other in others]
    return Work(took, refused, worked_s, "".join(said))


@pytest.fixture
def quarter(database_location, monkeypatch, qgis_app):
    """Return a town of as many communities as there are planners."""
    monkeypatch.setattr(town, "AREAS", ())
    communities(PLANNERS)
    return town.make_town(database_location)


def told(capsys, name: str, work: Work) -> float:
    """Print the figures; return the share of saves that were refused."""
    took, refused = work.took, work.refused
    share = sum(refused.values()) / (len(took) + sum(refused.values()))
    slowest = sorted(took)[int(len(took) * 0.95)]
    with capsys.disabled():
        sys.stdout.write(
            f"\n{name}: {len(took)} saves, {share:.1%} refused {dict(refused)},"
            f" median {statistics.median(took):.2f} s, 95 of 100 within {slowest:.2f} s,"
            f" all within {max(took):.2f} s; planners took {work.worked_s:.0f} s of processors in {SECONDS} s\n"
        )
    return share


def sound(workspace: Workspace) -> None:
    cells = workspace.read("unit_grid")
    corners = np.unique(shapely.get_coordinates(cells.shapes), axis=0)
    assert all(with_vertices(shape, corners) is shape for shape in cells.shapes), "an edge lacks a vertex"
    codes = cells["code"].tolist()
    assert len(set(codes)) == len(codes)
    assert float(shapely.area(cells.geometry).sum()) == pytest.approx(PLANNERS * 16 * 1e4, abs=1e-6)
    assert shapely.union_all(cells.geometry).equals(town.box(0, 0, PLANNERS * town.SIDE, town.SIDE))
    register = workspace.read("code_register", geometry=False)
    mine = register.take((register["kind"] == "unit_grid") & (register["state"] != "retired"))
    assert sorted(mine["code"].tolist()) == sorted(codes)
    grids = workspace.read("responsibility_grid")
    counted = Counter(cells["rg_cg"].tolist())
    assert {code: int(count) for code, count in zip(grids["code"], grids["unit_count"])} == counted
    for code, outline in zip(grids["code"], grids.geometry):
        assert shapely.union_all(cells.geometry[cells["rg_cg"] == code]).equals(outline)


@pytest.mark.parametrize("delay_ms", [0, 10])
def test_planners_of_different_communities_save_side_by_side(quarter, postgis, capsys, delay_ms):
    with NetworkApart(postgis.port, delay_ms / 1000) as network:
        work = at_work(replace(quarter.location, port=network.port))
    share = told(capsys, f"own communities, {delay_ms} ms each way", work)
    sound(quarter)
    assert share <= 0.01


def test_planners_of_one_community_save_one_after_the_other(quarter, postgis, capsys):
    with NetworkApart(postgis.port, 0.01) as network:
        work = at_work(replace(quarter.location, port=network.port), "SAME")
    share = told(capsys, "one community, 10 ms each way", work)
    sound(quarter)
    assert share <= 0.05
