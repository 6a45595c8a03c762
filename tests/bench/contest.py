"""One comparison: ours beside peers that do the same thing, each in a process of its own, timed in the same run.

A contender is prepared once and then worked many times; a work that has to prepare something each time returns the
seconds that count. The process reports the median of the works and its peak
memory. Times depend on the machine; the ratios and the growth from one size to the next are what to look at.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

Work = Callable[[], object]
Prepare = Callable[[int], Work]


class Unavailable(Exception):  # noqa: N818  the reason why a contender does not run here, told in the table
    """A peer is not on this machine."""


@dataclass(frozen=True)
class Contest:
    """``contenders``: name → function that takes the side of the square of cells and returns one work; "ours" first.

    ``sides``: sizes to run at (cells = side²). ``runs``: how often each contender works; the median counts.
    """

    key: str
    title: str
    contenders: Mapping[str, Prepare]
    sides: tuple[int, ...] = (141,)
    runs: int = 3


@dataclass(frozen=True)
class Outside:
    """What a work tells that was done by a process of its own: seconds, of all its processors, and peak memory."""

    seconds: float
    cpu_s: float
    peak_mib: float


@dataclass(frozen=True)
class Result:
    """Median seconds of one work, least seconds of processors for one (0 where they are not known), and the peak
    memory of its process in MiB, of it ``before_mib`` before the work.
    """

    median_s: float
    before_mib: float
    peak_mib: float
    cpu_s: float = 0.0


def compete(contest: Contest, name: str, side: int) -> Result:
    """Run one contender here, in this process.

    :raises Unavailable: when a peer is not installed.
    """
    work = contest.contenders[name](side)
    before = _peak_mib()
    times, used = [], []
    peak = 0.0
    for _ in range(contest.runs):
        start, spent = time.perf_counter(), time.process_time()
        own = work()
        elapsed, spent = time.perf_counter() - start, time.process_time() - spent
        if isinstance(own, Outside):
            elapsed, spent, peak, before = own.seconds, own.cpu_s, max(peak, own.peak_mib), 0.0
        elif isinstance(own, float):  # only part of the work counts, so its processors are not known
            elapsed, spent = own, 0.0
        times.append(elapsed)
        used.append(spent)
    return Result(statistics.median(times), before, peak or _peak_mib(), min(used))


def compete_apart(module: str, contest: Contest, name: str, side: int) -> Result | str:
    """Run one contender in a process of its own; return its result, or in words why there is none."""
    command = [sys.executable, "-m", module, contest.key, name, str(side)]
    with tempfile.TemporaryDirectory(prefix="gridmgmt-bench-") as folder:
        Path(folder).chmod(0o755)  # a database server of another user looks into it
        environment = {**os.environ, "TMPDIR": folder}
        ended = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    lines = ended.stdout.strip().splitlines()
    if ended.returncode != 0 or not lines:
        return "failed: " + (ended.stderr.strip().splitlines() or ["no output"])[-1]
    answer = json.loads(lines[-1])
    return answer["unavailable"] if "unavailable" in answer else Result(**answer)


def answer(contest: Contest, name: str, side: int) -> str:
    """Run one contender and return what :func:`compete_apart` reads."""
    try:
        result = compete(contest, name, side)
    except Unavailable as reason:
        return json.dumps({"unavailable": str(reason)})
    return json.dumps(vars(result))


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
