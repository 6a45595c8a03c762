"""One answer out of the front database, asked with pgbench, beside finding the unit grid alone; and the delivery.

The district has grids, lanes, posts and a duty list; each question is another place and class.
"""

from __future__ import annotations

import re
import subprocess

import numpy as np

from gridmgmt_plugin.jobs.handover.deliver_postgis import deliver_postgis
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.bench.contest import Contest, Outside, Work
from tests.bench.district import EAST, NORTH
from tests.bench.postgis_peers import started
from tests.bench.releasing import FIRST, district, enter_release
from tests.postgis_cluster import DATABASE, OWNER, Cluster, binaries

_SCHEMA, _NUMBER = "front", FIRST
_SECONDS = 5
_ANSWER = (
    "SELECT * FROM front.resolve(ST_Point(:x / 10.0, :y / 10.0), lpad(:class::text, 2, '0') || '01',"
    " '2026-01-15T09:30', 'cg');"
)
_UNIT = (
    "SELECT code FROM front.unit_grid WHERE ST_Contains(geom, ST_SetSRID(ST_Point(:x / 10.0, :y / 10.0), 4548))"
    " ORDER BY code LIMIT 1;"
)


def _released(side: int) -> Workspace:
    """Return a district with a release that was handed over."""
    workspace = district(side)
    enter_release(workspace, _NUMBER)
    return workspace


def _delivered(side: int) -> Cluster:
    cluster = started()
    deliver_postgis(_released(side), release=_NUMBER, target=str(cluster.location()), schema=_SCHEMA)
    return cluster


def _asked(side: int, statement: str) -> Work:
    cluster = _delivered(side)
    low, high = (np.array([EAST, NORTH]) * 10).astype(int), (np.array([EAST, NORTH]) * 10 + side * 1000).astype(int)
    script = cluster.folder / "ask.sql"
    places = f"\\set x random({low[0]}, {high[0]})\n\\set y random({low[1]}, {high[1]})\n"
    script.write_text(f"{places}\\set class random(1, 6)\n{statement}\n")
    command = [binaries() / "pgbench", "-h", "127.0.0.1", "-p", str(cluster.port), "-U", OWNER, "-n"]
    command += ["-f", script, "-T", str(_SECONDS), "-M", "prepared", DATABASE]

    def work() -> Outside:
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found = re.search(r"latency average = ([\d.]+) ms", told)
        if found is None or re.search(r"failed transactions: [1-9]", told):
            raise RuntimeError(told)
        return Outside(float(found[1]) / 1000, 0.0, 0.0)

    return work


def answer(side: int) -> Work:
    """Ask for all of an answer."""
    return _asked(side, _ANSWER)


def unit_alone(side: int) -> Work:
    """Ask for the unit grid alone."""
    return _asked(side, _UNIT)


def deliver(side: int) -> Work:
    """Deliver the release into an empty schema, read back and compared."""
    cluster, workspace = started(), _released(side)
    number = iter(range(1000))
    return lambda: deliver_postgis(
        workspace, release=_NUMBER, target=str(cluster.location()), schema=f"front_{next(number)}"
    )


CONTESTS = (
    Contest("front_answer", "one answer of the database", {"ours": answer, "PostGIS: unit grid": unit_alone}),
    Contest("front_delivery", "delivery to the database", {"ours": deliver}),
)
