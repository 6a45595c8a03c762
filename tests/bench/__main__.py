"""``make bench``: every contest, or those named on the command line, as one table.

python -m tests.bench                      all contests
python -m tests.bench split save_ten       these
python -m tests.bench grouping              balancing beside METIS and others, a table of its own
python -m tests.bench split ours 141       one contender, as JSON (this is how the table is filled)
"""

from __future__ import annotations

import os
import platform
import sys

import shapely
from qgis.core import Qgis

from tests.bench import (
    analysing,
    answering,
    checking,
    clustering,
    counting,
    delivering,
    editing,
    grouping,
    lanes,
    loading,
    month,
    painting,
    postgis_peers,
    releasing,
    saving,
    taking_in,
)
from tests.bench.contest import Contest, Result, answer, compete_apart

_SUBJECTS = (
    analysing,
    answering,
    checking,
    clustering,
    counting,
    delivering,
    editing,
    lanes,
    loading,
    month,
    painting,
    releasing,
    saving,
    taking_in,
)
CONTESTS = {contest.key: contest for subject in _SUBJECTS for contest in subject.CONTESTS}

GROUPING = "grouping"


def main(arguments: list[str]) -> None:
    """Print the table, or the answer of one contender."""
    if len(arguments) == 3 and arguments[2].isdigit():
        say(answer(CONTESTS[arguments[0]], arguments[1], int(arguments[2])))
        postgis_peers.end()
        sys.stdout.flush()
        os._exit(0)  # QGIS's own end may hang or crash after its providers have been used from here
    chosen = [CONTESTS[key] for key in arguments if key != GROUPING] if arguments else list(CONTESTS.values())
    say(f"QGIS {Qgis.QGIS_VERSION}, shapely {shapely.__version__}, {platform.machine()}, {os.cpu_count()} cores")
    figures = f"{'median ms':>11}{'ratio':>8}{'cpu ms':>10}{'peak MiB':>10}{'of it work':>12}"
    say(f"{'':26}{'cells':>8}  {'contender':34}{figures}")
    for contest in chosen:
        for side in contest.sides:
            table(contest, side)
    if not arguments or GROUPING in arguments:
        for line in grouping.lines():
            say(line)


def table(contest: Contest, side: int) -> None:
    """Print one contest at one size: every contender, with its time as a multiple of ours."""
    ours: float | None = None
    for name in contest.contenders:
        result = compete_apart("tests.bench", contest, name, side)
        head = f"{contest.title:26}{side * side:8d}  {name:34}"
        if not isinstance(result, Result):
            say(f"{head}{result}")
            continue
        ours = result.median_s if name == "ours" else ours
        ratio = "–" if ours is None else f"{result.median_s / ours:.1f}"
        cpu = f"{result.cpu_s * 1000:.1f}" if result.cpu_s else "–"
        growth = result.peak_mib - result.before_mib
        say(f"{head}{result.median_s * 1000:11.2f}{ratio:>8}{cpu:>10}{result.peak_mib:10.0f}{growth:12.0f}")


def say(text: str) -> None:
    """Print one line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
