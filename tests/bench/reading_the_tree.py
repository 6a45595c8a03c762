"""The tree of 20 000 unit grids with a million cases and 200 000 components, read before and after saves.

    python -m tests.bench.reading_the_tree

Told of a server and of a file: the seconds of processors of one reading, the server's with them, when everything is
counted, when nothing was written since, and after a save that moved the 50 cases of a unit grid; the least of five.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.areas.copy_workspace import copy_workspace
from gridmgmt_plugin.workspace.counts import kept
from gridmgmt_plugin.workspace.counts.kept import forget_counts
from gridmgmt_plugin.workspace.light.summary import read_summary
from gridmgmt_plugin.workspace.location import GeoPackageLocation, Location
from gridmgmt_plugin.workspace.news.hearing import Hearing
from gridmgmt_plugin.workspace.postgis import idle_connections
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.postgis_cluster import Cluster
from tests.proof.large_town import COMMUNITY, make_large_town

_TIMES = 5
_TICKS = os.sysconf("SC_CLK_TCK")


def _server_s(server: int | None) -> float:
    """Return the seconds of processors that a server's processes took, living and ended."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            found = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if int(found[1]) == server:
            ticks += sum(map(int, found[11:13]))
        elif int(stat.parent.name) == server:
            ticks += sum(map(int, found[11:15]))
    return ticks / _TICKS


def _took_s(deed: Callable[[], object], server: int | None) -> float:
    own, servers = time.process_time(), _server_s(server)
    deed()
    return time.process_time() - own + _server_s(server) - servers


def _told(what: str, place: Location, server: int | None, before: Callable[[], object]) -> None:
    took = []
    for _ in range(_TIMES):
        before()
        took.append(_took_s(lambda: read_summary(place), server))
    sys.stdout.write(f"  {what}: {min(took):.3f} s\n")


def _bench(place: Location, server: int | None = None) -> None:
    workspace, moved = Workspace.open(place), iter(range(1, 500))

    def save() -> None:
        code = f"{COMMUNITY}{next(moved):03d}"
        rows = workspace.read("cases", ["unit_grid"], {"unit_grid": code}, geometry=False)
        with workspace.transaction("", "bench") as transaction:
            there = Rows({"unit_grid": as_column([f"{COMMUNITY}500"] * len(rows))}, None, rows.fids)
            transaction.update("cases", there, derived=True)

    _told("everything counted", place, server, lambda: forget_counts(place))
    _told("nothing written", place, server, lambda: None)
    _told("after a save", place, server, save)


def main() -> None:
    """Measure and tell."""
    cluster = Cluster().start()
    try:
        place = make_large_town(cluster)
        hearing = Hearing(place, lambda news: None, lambda: True, lambda mistake: None)
        hearing.start()
        while place not in kept._HEARD:
            time.sleep(0.01)
        sys.stdout.write("server\n")
        _bench(place, cluster._process.pid)
        hearing.stop()
        with tempfile.TemporaryDirectory() as folder:
            file = GeoPackageLocation(Path(folder) / "large.gpkg")
            copy_workspace(Workspace.open(place), file)
            sys.stdout.write("file\n")
            _bench(file)
    finally:
        idle_connections.close_all()
        cluster.stop()


if __name__ == "__main__":
    main()
