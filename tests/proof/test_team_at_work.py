"""Eight planners and the jobs of a colleague for five minutes at one server, 20 ms away: the work flows, and what is
stored is whole.
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
from tests.network_proxy import NetworkApart
from tests.proof.test_planners_side_by_side import PLANNERS, ROOT, quarter, sound  # noqa: F401  a fixture
from tests.proof.test_troubled_team import stored_marks

SECONDS = 300
# Column and row of the cell that each works on: five have a community of their own, three share one.
SEATS = [*((4 * number + 1, 1) for number in range(5)), (20, 0), (22, 0), (21, 2)]
SHARING = SEATS[5:]
JOBS = ("buildresponsibilitygrids", "validate", "exportpackage")


def started(module: str, *given: object) -> subprocess.Popen:
    """Start a program and wait until it is ready."""
    command = [sys.executable, "-m", f"tests.proof.{module}", *map(str, given)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=ROOT, **pipes)


def at_work(place: object, folder: object) -> tuple[list[dict], list[list]]:
    """Let planners and jobs work; return what each planner told, and each job that was begun."""
    planners = [
        started("planner_of_a_team", place, PLANNERS, number, column, row, SECONDS)
        for number, (column, row) in enumerate(SEATS)
    ]
    jobs = started("jobs_without_end", place, folder, *JOBS)
    for program in (*planners, jobs):
        assert program.stdout.readline() == "ready\n"
    for program in (*planners, jobs):
        program.stdin.write("go\n")
        program.stdin.flush()
    told = [json.loads(program.communicate(timeout=SECONDS + 300)[0].splitlines()[-1]) for program in planners]
    return told, [json.loads(line) for line in jobs.communicate(timeout=300)[0].splitlines()]


def share_refused(told: list[dict]) -> float:
    """Return the share of the saves that were refused."""
    refused = sum(sum(one["refused"].values()) for one in told)
    return refused / (refused + sum(len(one["marks"]) for one in told))


def report(capsys: pytest.CaptureFixture, name: str, told: list[dict]) -> None:
    """Print the figures."""
    lines = []
    for kind in ("gestures", "forms"):
        took = sorted(seconds for one in told for seconds in one[kind])
        lines.append(
            f"{len(took)} {kind}, median {statistics.median(took):.2f} s, 95 of 100 within"
            f" {took[int(len(took) * 0.95)]:.2f} s, all within {took[-1]:.2f} s"
        )
    refused = sum((Counter(one["refused"]) for one in told), Counter())
    late = sum(one["late"] for one in told)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{name}: {'; '.join(lines)}; {share_refused(told):.2%} refused {dict(refused)}, {late} late\n"
        )


def test_the_work_of_eight_planners_and_of_jobs_flows_and_is_whole(quarter, postgis, capsys, tmp_path):  # noqa: F811
    with quarter.transaction("王工", "test") as transaction:
        transaction.insert("department", Rows.from_records([{"code": "990101001", "name": "湖滨街道"}]))
    with NetworkApart(postgis.port, 0.01) as network:
        told, jobs = at_work(replace(quarter.location, port=network.port), tmp_path)
    own, sharing = told[: -len(SHARING)], told[-len(SHARING) :]
    report(capsys, "communities of their own", own)
    report(capsys, "three in one community", sharing)
    with capsys.disabled():
        for key in JOBS:
            took = [seconds for job, problem, seconds in jobs if job == key and not problem]
            sys.stdout.write(f"{key}: {len(took)} ended, median {statistics.median(took or [0])} s\n")
        sys.stdout.write(f"not ended: {[job for job in jobs if job[1]]}\n")
    sound(quarter)
    marks = {mark for one in told for mark in one["marks"]}
    assert set(stored_marks(postgis, quarter.location)) == marks, "the change log has each save that was accepted"
    assert share_refused(own) <= 0.01
    assert share_refused(sharing) <= 0.05
    assert [job for job in jobs if job[1]] == []
    assert {key for key, _, _ in jobs} == set(JOBS)
