"""What a job would go through, as its dialog tells it before, is what it then goes through."""

from __future__ import annotations

import numpy as np
import pytest

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.analysis.find_hotspots import find_hotspots
from gridmgmt_plugin.jobs.analysis.hotspot_cases import counted_cases
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.jobs.lanes.officer_tables import export_officers
from gridmgmt_plugin.jobs.lanes.patrols import patrol_gaps
from gridmgmt_plugin.jobs.people.export_posts import export_posts
from gridmgmt_plugin.jobs.reach import read_reach
from gridmgmt_plugin.jobs.responsibility.compare_states import compare_states
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.workspace_window import COMMUNITIES, build_workspace

FIRST, SECOND = list(COMMUNITIES)[:2]


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    path = tmp_path_factory.mktemp("reach") / "w.gpkg"
    build_workspace(path)
    days = [f"2025-0{month}-{day:02d}" for month in (5, 6) for day in (1, 15, 31 if month == 5 else 30)]
    places = {"x": [50.0 + 100 * n for n in range(6)], "y": [50.0] * 6}
    classes = ["0101", "0101", "0202", "0101", "0202", "0202"]
    columns = {"案件编号": list("ABCDEF"), "上报时间": days, "类别": classes, **places}
    rows = Rows({name: as_column(values) for name, values in columns.items()})
    source = Source(rows, "来件", "来件.csv", None, "utf-8", (), np.arange(len(rows)) + 2)
    import_cases(Workspace.open(path), source)
    return Workspace.open(path)


@pytest.mark.parametrize(
    ("chosen", "asked"),
    [
        ({}, (None, None, "")),
        ({"FROM": "2025-05-15", "TO": "2025-06-15"}, ("2025-05-15", "2025-06-15", "")),
        ({"FROM": "2025-05-02", "CLASS_PREFIX": "02"}, ("2025-05-02", None, "02")),
    ],
)
def test_cases_are_those_of_the_period_and_the_classes(district, chosen, asked):
    told = read_reach(district, "hotspots", chosen)
    assert told == {"cases": len(counted_cases(district, *asked, "").rows), "all": district.count("cases")}
    assert told["cases"] > 0


def test_unit_grids_are_those_of_the_chosen_areas(district):
    everywhere, here = (read_reach(district, "generateunitgrids", {"SCOPE": scope}) for scope in ("", FIRST))
    assert here["communities"] == 1 < everywhere["communities"] == len(COMMUNITIES)
    assert here["units"] == district.count("unit_grid", {"area_code": FIRST}) < everywhere["units"]


def test_a_balance_groups_what_is_neither_beyond_the_areas_nor_locked(district):
    everything = read_reach(district, "buildresponsibilitygrids", {"SCHEME": "cg"})
    locked = read_reach(district, "buildresponsibilitygrids", {"SCHEME": "cg", "LOCKED": f"{FIRST}001"})
    kept = district.count("unit_grid", {"rg_cg": f"{FIRST}001"})
    assert (locked["stay"], everything["stay"]) == (kept, 0)
    assert kept
    assert locked["units"] == everything["units"] - kept


def test_two_states_are_told_by_how_many_unit_grids_each_has(district):
    yesterday = {"BASE": "2001-01-01", "OTHER": "today", "SCHEME": "cg"}
    told = read_reach(district, "comparestates", yesterday)
    found = compare_states(district, "2001-01-01", "today", scheme="cg")
    assert told == {"before": len(found.base.units), "after": len(found.other.units)}
    with pytest.raises(InputError):
        read_reach(district, "comparestates", {"BASE": "nothing such", "OTHER": "today"})


def test_posts_are_those_of_the_chosen_scheme_and_area(district):
    wanted = {"target": "responsibility_grid", "scheme": "cg"}
    told = read_reach(district, "exportposts", {"TARGET": "responsibility_grid", "SCHEME": "cg"})
    assert told["posts"] == district.count("post", wanted) > 0
    here, there, everywhere = (
        read_reach(district, "staffingboard", {"SCOPE": scope})["posts"] for scope in (FIRST, SECOND, "")
    )
    assert here + there <= everywhere > here


def _hotspots(district, _):
    return find_hotspots(district, start="2025-05-02", end="2025-06-15", class_prefix="02").report.accepted


def _posts(district, folder):
    return export_posts(district, folder, target="responsibility_grid", scheme="cg").accepted


def _officers(district, folder):
    return export_officers(district, folder, area=FIRST).accepted


def _patrols(district, _):
    return patrol_gaps(district, area=FIRST).notes[0].details["lanes"]


_RUNS = {
    "hotspots": (_hotspots, {"FROM": "2025-05-02", "TO": "2025-06-15", "CLASS_PREFIX": "02"}, "cases"),
    "exportposts": (_posts, {"TARGET": "responsibility_grid", "SCHEME": "cg"}, "posts"),
    "exportofficers": (_officers, {"SCOPE": FIRST}, "posts"),
    "patrolgaps": (_patrols, {"SCOPE": FIRST}, "lanes"),
}


@pytest.mark.parametrize("job", _RUNS)
def test_what_is_told_before_a_run_is_what_the_run_counts(district, tmp_path, job):
    run, chosen, number = _RUNS[job]
    told, counted = read_reach(district, job, chosen)[number], run(district, tmp_path)
    assert told == counted > 0
