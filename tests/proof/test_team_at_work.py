"""Eight planners and the jobs of a colleague at one server, 20 ms away: for five minutes most in a community of their
own, for two minutes all in one. The work flows, and what is stored is whole.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.network_proxy import NetworkApart
from tests.postgis_cluster import Cluster
from tests.proof.test_planners_side_by_side import PLANNERS, ROOT, quarter, sound  # noqa: F401  a fixture
from tests.proof.test_troubled_team import stored_marks

# Column and row of the cell that each works on: five have a community of their own, three share one.
SEATS = [*((4 * number + 1, 1) for number in range(5)), (20, 0), (22, 0), (21, 2)]
SECONDS = 300
# All in one community, side by side in two rows of it, so that their cuts end on each other's cells.
SEATS_IN_ONE = [(number % 4, number // 4 * 2) for number in range(PLANNERS)]
SECONDS_IN_ONE = 120
# So many saves a second of all together, and of each, even where the machine does much else.
FEWEST_OF_ALL, FEWEST_OF_EACH = 1.0, 1 / 15
JOBS = ("buildresponsibilitygrids", "validate", "exportpackage")


def started(module: str, *given: object) -> subprocess.Popen:
    """Start a program and wait until it is ready."""
    command = [sys.executable, "-m", f"tests.proof.{module}", *map(str, given)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=ROOT, **pipes)


def at_work(place: object, folder: object, seats: list, seconds: float) -> tuple[list[dict], list[list]]:
    """Let planners and jobs work; return what each planner told, and each job that was begun."""
    planners = [
        started("planner_of_a_team", place, PLANNERS, number, column, row, seconds)
        for number, (column, row) in enumerate(seats)
    ]
    jobs = started("jobs_without_end", place, folder, *JOBS)
    for program in (*planners, jobs):
        assert program.stdout.readline() == "ready\n"
    for program in (*planners, jobs):
        program.stdin.write("go\n")
        program.stdin.flush()
    told = [json.loads(program.communicate(timeout=seconds + 300)[0].splitlines()[-1]) for program in planners]
    ended = [json.loads(line) for line in jobs.communicate(timeout=300)[0].splitlines()]
    assert [program.returncode for program in (*planners, jobs)] == [0] * (PLANNERS + 1)
    return told, ended


def share_noticed(told: list[dict]) -> float:
    """Return the share of the saves that were refused, or whose gesture a colleague was faster than."""
    noticed = sum(sum(one[kind].values()) for one in told for kind in ("refused", "late"))
    return noticed / (noticed + sum(len(one["marks"]) for one in told))


def report(capsys: pytest.CaptureFixture, name: str, told: list[dict]) -> None:
    """Print the figures."""
    lines = []
    for kind in ("gestures", "forms"):
        took = sorted(seconds for one in told for seconds in one[kind])
        lines.append(
            f"{len(took)} {kind}, median {statistics.median(took):.2f} s, 95 of 100 within"
            f" {took[int(len(took) * 0.95)]:.2f} s, all within {took[-1]:.2f} s"
        )
    refused, late = (sum((Counter(one[kind]) for one in told), Counter()) for kind in ("refused", "late"))
    fewest = min(len(one["marks"]) for one in told)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{name}: {'; '.join(lines)}; {share_noticed(told):.2%} noticed, refused {dict(refused)},"
            f" late {dict(late)}; fewest saves of one {fewest}\n"
        )


def flowed(capsys: pytest.CaptureFixture, told: list[dict], jobs: list[list], seconds: float) -> None:
    """Make sure that everybody saved often, and that each job ended as often as it was begun."""
    with capsys.disabled():
        for key in JOBS:
            took = [seconds for job, problem, seconds in jobs if job == key and not problem]
            sys.stdout.write(f"{key}: {len(took)} ended, median {statistics.median(took or [0])} s\n")
        sys.stdout.write(f"not ended: {[job for job in jobs if job[1]]}\n")
    assert [job for job in jobs if job[1]] == []
    assert {key for key, _, _ in jobs} == set(JOBS)
    saves = [len(one["marks"]) for one in told]
    assert sum(saves) >= FEWEST_OF_ALL * seconds
    assert min(saves) >= FEWEST_OF_EACH * seconds


@pytest.fixture
def office(quarter):  # noqa: F811
    """Return the quarter with an office that takes packages over."""
    with quarter.transaction("王工", "test") as transaction:
        transaction.insert("department", Rows.from_records([{"code": "990101001", "name": "湖滨街道"}]))
    return quarter


def whole(office: Workspace, postgis: Cluster, told: list[dict]) -> None:
    """Make sure that the ground is whole, and that the change log has each save that was accepted, once."""
    sound(office)
    assert stored_marks(postgis, office.location) == Counter(mark for one in told for mark in one["marks"])


def test_the_work_of_eight_planners_and_of_jobs_flows_and_is_whole(office, postgis, capsys, tmp_path):
    with NetworkApart(postgis.port, 0.01) as network:
        told, jobs = at_work(replace(office.location, port=network.port), tmp_path, SEATS, SECONDS)
    own, sharing = told[:5], told[5:]
    report(capsys, "communities of their own", own)
    report(capsys, "three in one community", sharing)
    flowed(capsys, told, jobs, SECONDS)
    whole(office, postgis, told)
    assert share_noticed(own) <= 0.01
    assert share_noticed(sharing) <= 0.05


def test_the_work_of_eight_planners_in_one_community_flows_beside_jobs(office, postgis, capsys, tmp_path):
    with NetworkApart(postgis.port, 0.01) as network:
        told, jobs = at_work(replace(office.location, port=network.port), tmp_path, SEATS_IN_ONE, SECONDS_IN_ONE)
    report(capsys, "eight in one community", told)
    flowed(capsys, told, jobs, SECONDS_IN_ONE)
    whole(office, postgis, told)
    assert share_noticed(told) <= 0.05
