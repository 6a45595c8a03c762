"""Eight planners and jobs at one server, hundreds of times killed, cut off and restarted: what is told is true, no
save is half, no edit is lost.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections import Counter

import pytest

from gridmgmt_plugin.core.messages import catalogue
from gridmgmt_plugin.core.release.life import HANDED_OVER
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.postgis import idle_connections
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.postgis_cluster import server_or_skip
from tests.proof.planner_at_work import communities
from tests.proof.planner_in_trouble import NOT_SAID, is_in
from tests.proof.test_planners_side_by_side import PLANNERS, sound
from tests.proof.troubled_team import JOBS, Team
from tests.qgis.editing.saving import town

# So often each: planners killed and back ends ended make 200, the network is disturbed 200 times.
FAULTS = {
    "kill_planner": 50,
    "end_backends": 160,
    "disturb_network": 90,
    "strike_connection": 130,
    "restart_server": 20,
}
# What a layer of QGIS does without an answer, and how much of all that planners tell it may be.
SILENT = {"layer_silent", "layer_not_editable"}
SHARE_SILENT = 0.03
RIGHT = {
    *NOT_SAID,
    "postgres_connection_lost",
    "postgres_unreachable",
    "postgres_not_accepting",
    "postgres_too_slow",
    "editing_layer_silent",
    "postgres_table_unreadable",
}
# Another one was there first, or holds what is wanted; so too what the server still does for one who was killed.
BESIDE_OTHERS = {
    "workspace_locked",
    "workspace_part_held",
    "workspace_table_held",
    "workspace_paused",
    "save_rows_overtaken",
    "save_neighbours_moved",
    # An export loses its pause with its connection.
    "package_workspace_changed",
}


@pytest.fixture
def cluster():
    cluster = server_or_skip()
    # What was confirmed stays confirmed when the server crashes; the tests' own server does without.
    cluster.run("ALTER DATABASE grids SET synchronous_commit = on")
    yield cluster
    idle_connections.close_all()
    cluster.stop()


@pytest.fixture
def quarter(cluster, monkeypatch, qgis_app):
    monkeypatch.setattr(town, "AREAS", ())
    communities(PLANNERS)
    made = town.make_town(cluster.location())
    with made.transaction("王工", "test") as transaction:
        transaction.insert("department", Rows.from_records([{"code": "990101001", "name": "湖滨街道"}]))
    return made


def stored_marks(cluster, location) -> Counter:
    """Return how often each mark was written into a note, as the change log tells."""
    found = cluster.run(
        f"SELECT after::json -> 'attributes' ->> 'note' FROM {location.schema}.change_log WHERE after IS NOT NULL"
    )
    return Counter(note for (note,) in found if note)


def whole(team: Team) -> None:
    """Make sure that the cells have all of the ground and a code each."""
    cells = f"SELECT count(*), count(DISTINCT code), sum(ST_Area(geom)) FROM {team.location.schema}.unit_grid"
    ((count, codes, area),) = team.ask(cells)
    assert count == codes
    assert float(area) == pytest.approx(PLANNERS * 16 * 1e4, abs=1e-6)


def code_of(sentence: str) -> str:
    """Return the code of a sentence that a job told, of those that are right here; else the sentence."""
    for code in (*RIGHT, *BESIDE_OTHERS):
        for tongue in ("zh", "en"):
            parts = re.split(r"\{[^}]*\}", catalogue()[code][tongue])
            if re.search(".*?".join(map(re.escape, parts)), sentence, re.DOTALL) and is_in(tongue, sentence):
                return code
    return sentence


def test_what_is_told_is_true_whatever_befalls_planners_network_and_server(cluster, quarter, tmp_path, capsys):
    location, chance = quarter.location, random.Random(26)
    wanted = [name for name, count in FAULTS.items() for _ in range(count)]
    chance.shuffle(wanted)
    begun = time.monotonic()
    with Team(cluster, location, tmp_path, 26) as team:
        for name in wanted:
            getattr(team, name)()
            team.replace_the_dead()
            whole(team)
            time.sleep(chance.random() * 0.3)
        for network in team.networks:
            network.ask("give_up")
        team.let_jobs_end()
    told = [tuple(line) for one in team.programs if one is not team.jobs for line in one.said]
    jobs = [(key, code_of(sentence)) for key, sentence, _ in team.jobs.said]
    report(capsys, team.faults, told, jobs, time.monotonic() - begun)
    truly(told, stored_marks(cluster, location))
    sound(Workspace.open(location))
    kills = team.faults["planner killed"] + team.faults["back end ended"]
    network = sum(count for name, count in team.faults.items() if name.startswith("network"))
    assert (kills >= 200, network >= 200, team.faults["server restarted"] >= 20) == (True, True, True), team.faults
    assert {code for _, code in told} - {"begun", "stored"} <= {*RIGHT, *BESIDE_OTHERS, *SILENT}
    assert {code for _, code in jobs} - {""} <= {*RIGHT, *BESIDE_OTHERS}
    assert {key for key, code in jobs if not code} == set(JOBS)
    assert team.ended_badly == []
    assert sum(code in SILENT for _, code in told) <= SHARE_SILENT * len(told)
    exports = Counter(code for key, code in jobs if key == "exportpackage")
    handed_over = Workspace.open(location).count("release", {"state": HANDED_OVER})
    assert exports[""] <= handed_over <= len(list(tmp_path.rglob("*.zip"))), "no release without its package"


def truly(told: list[tuple[str, str]], stored: Counter) -> None:
    """Make sure that every save that was called stored is stored, and none that was refused."""
    last = dict(told)  # the last word on each mark
    claimed = {mark for mark, code in last.items() if code == "stored"}
    refused = {mark: code for mark, code in last.items() if mark and code not in ("begun", "stored", *NOT_SAID)}
    lies = {
        "called stored": claimed - stored.keys(),
        "called refused": {mark: code for mark, code in refused.items() if mark in stored},
        "edits lost": {mark: code for mark, code in last.items() if code.startswith("edits lost")},
        "written twice": {mark for mark, count in stored.items() if count > 1},
    }
    assert {name: found for name, found in lies.items() if found} == {}
    assert len(claimed) > 200


def report(capsys, faults: Counter, told: list, jobs: list, seconds: float) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{seconds:.0f} s: {json.dumps(dict(sorted(faults.items())))}\n")
        sys.stdout.write(f"told: {Counter(code for _, code in told)}\njobs: {Counter(jobs)}\n")
