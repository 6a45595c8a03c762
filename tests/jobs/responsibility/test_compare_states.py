"""Comparing states: today, a release, another scheme, a day, with what lies on the ground that passes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.handover.export_package import export_package
from gridmgmt_plugin.jobs.responsibility.build_responsibility_grids import build_responsibility_grids
from gridmgmt_plugin.jobs.responsibility.compare_states import FIELDS, compare_states
from gridmgmt_plugin.jobs.responsibility.scheme_acts import adopt_alternative, copy_scheme, create_scheme
from tests.jobs.package_workspace import COMMUNITIES, dump, make_workspace
from tests.workspace.places import KINDS, place_of

FIRST, SECOND = f"{COMMUNITIES[0]}001", f"{COMMUNITIES[0]}002"
UNIT = f"{COMMUNITIES[0]}005"


@pytest.fixture(params=KINDS)
def workspace(request, tmp_path):
    with place_of(request.param, tmp_path, request) as place:
        yield make_workspace(place.location)


def _give(workspace, unit, group, scheme="cg"):
    units = workspace.read("unit_grid", ["code"], {"code": unit}, geometry=False)
    with workspace.transaction("王示例", "paint") as transaction:
        transaction.update("unit_grid", Rows({f"rg_{scheme}": as_column([group])}, None, units.fid))


def _pairs(found):
    return list(zip(found.rows["from_grid"], found.rows["to_grid"]))


@pytest.fixture
def released(workspace, tmp_path):
    (tmp_path / "移交").mkdir()
    export_package(workspace, scheme="cg", folder=tmp_path / "移交", now=datetime(2026, 3, 1, 9), author="王示例")
    (number,) = workspace.read("release", ["number"], geometry=False)["number"]
    return number


@pytest.mark.daily(1)
@pytest.mark.proof
def test_a_release_and_today_tell_what_passes_with_all_that_lies_on_it(workspace, released):
    _give(workspace, UNIT, SECOND)
    before = dump(workspace)
    found = compare_states(workspace, released, "today")
    assert dump(workspace) == before
    assert _pairs(found) == [(FIRST, SECOND)]
    (row,) = found.rows.records()
    assert list(row) == list(FIELDS)
    assert (row["from_name"], row["to_name"]) == ("南锣片", "南锣片")
    assert (row["units"], row["area_m2"], row["components"], row["open_cases"]) == (1, 10000.0, 2, 2)
    assert row["lane_m"] == 100.0
    assert row["from_posts"] == 2
    assert row["to_people"]
    assert found.moved == 1
    assert found.base.title.text("zh").startswith(f"成果版本 {released}")
    assert shapely_area(found) == 10000.0


def shapely_area(found):
    return sum(shape.area for shape in found.rows.geometry)


@pytest.mark.proof
def test_nothing_passes_between_equal_states(workspace, released):
    found = compare_states(workspace, released, "today")
    assert (_pairs(found), found.moved, found.report.figures["area_m2"]) == ([], 0, 0.0)


def test_another_scheme_is_laid_over_this_one(workspace):
    for unit in workspace.read("unit_grid", ["code"], geometry=False)["code"].tolist()[:8]:
        _give(workspace, unit, FIRST, "hw")  # the same digits as in the other scheme
    found = compare_states(workspace, "cg", "hw")
    assert (FIRST, FIRST) in _pairs(found)
    assert (SECOND, FIRST) in _pairs(found)
    assert found.moved == 16
    assert sum(found.rows["area_m2"]) == 160_000.0


@pytest.mark.proof
def test_an_alternative_is_held_against_its_scheme_grid_by_grid(workspace, released):
    copy_scheme(workspace, "cg", "cg2", "城管方案二", alternative=True, author="王示例")
    assert compare_states(workspace, "today", "cg2").moved == 0
    _give(workspace, UNIT, SECOND, "cg2")
    for base, other in (("today", "cg2"), ("cg", "cg2"), (released, "cg2")):
        found = compare_states(workspace, base, other)
        assert (_pairs(found), found.moved) == ([(FIRST, SECOND)], 1)
    assert _pairs(compare_states(workspace, "cg2", "today")) == [(SECOND, FIRST)]
    assert _pairs(compare_states(workspace, "cg", "cg2", scheme="cg2")) == [(FIRST, SECOND)]


def test_the_assignment_of_a_day_is_read_from_the_change_log(workspace):
    yesterday = (date.today() - timedelta(days=1)).isoformat()
    build_responsibility_grids(workspace, scheme="cg", count=2, replace=True, author="王示例")
    units = workspace.read("unit_grid", ["code", "rg_cg"], geometry=False)
    found = compare_states(workspace, yesterday, "today", scheme="cg")
    old = {code: f"{code[:12]}{(int(code[-3:]) - 1) % 4 // 2 + 1:03d}" for code in units["code"]}
    changed = sum(old[code] != group for code, group in zip(units["code"], units["rg_cg"]))
    assert found.moved == changed > 0


def test_a_day_before_the_grids_has_none(workspace):
    found = compare_states(workspace, "2020-01-01", "today", scheme="cg")
    assert {giver for giver, _ in _pairs(found)} == {None}
    assert sum(found.rows["area_m2"]) == 160_000.0
    assert sum(found.rows["units"]) == found.moved == 16
    (note,) = found.report.notes
    assert note.code == "state_without_units"
    assert "2020-01-01" in note.text("zh")


def test_ground_that_had_no_unit_grid_counts_those_drawn_on_it(workspace):
    units = workspace.read("unit_grid", ["code", "valid_from"])
    with workspace.transaction("王示例", "draw") as transaction:
        days = as_column(["2026-02-01"] * 3 + ["2019-01-01"] * (len(units) - 3))
        transaction.update("unit_grid", Rows({"valid_from": days}, None, units.fid))
    found = compare_states(workspace, "2026-01-01", "today", scheme="cg")
    assert sum(found.rows["area_m2"]) == 30_000.0
    assert sum(found.rows["units"]) == found.moved == 3


@pytest.mark.parametrize(
    ("base", "other", "scheme", "code"),
    [
        ("没有", "today", "cg", "state_unknown"),
        ("today", "2026-01-15", "", "state_scheme_needed"),
        ("today", "today", "xx", "scheme_not_there"),
    ],
)
def test_what_is_no_state_is_told_with_what_there_is(workspace, base, other, scheme, code):
    with pytest.raises(InputError) as caught:
        compare_states(workspace, base, other, scheme=scheme)
    assert caught.value.code == code
    assert "cg" in caught.value.text("en")


@pytest.mark.proof
def test_columns_are_what_they_say(workspace):
    _give(workspace, UNIT, SECOND)
    found = compare_states(workspace, "2020-01-01", "today", scheme="cg")
    for name, kind in FIELDS.items():
        assert all(value is None or isinstance(value, kind) for value in found.rows[name].tolist()), name
    assert np.all(np.diff(found.rows["area_m2"].astype(float)) <= 0)


def _recounted(workspace, before, after):
    """Count once more, by plain loops over the tables: (from, to) → unit grids, m², components, open cases, lane
    metres. ``before``, ``after``: code of a unit grid → its grid; no unit grid was drawn anew between the two.
    """
    shapes = dict(zip(workspace.read("unit_grid")["code"], workspace.read("unit_grid").shapes))
    passing = {}
    for code in shapes:
        if before.get(code) != after.get(code):
            passing.setdefault((before.get(code), after.get(code)), []).append(code)
    home = {"component": [], "cases": []}
    for table, homes in home.items():
        rows = workspace.read(table)
        for row, point in zip(rows.records(), rows.shapes):
            if table == "component" or row["status"] not in ("closed", "void"):
                homes.append(min((code for code, shape in shapes.items() if shape.intersects(point)), default=None))
    lanes = shapely.union_all(workspace.read("lane").shapes)
    ground = {pair: shapely.union_all([shapes[code] for code in codes]) for pair, codes in passing.items()}
    found = {}
    for pair, codes in passing.items():
        metres = lanes.intersection(ground[pair]).length
        for other in set(ground) - {pair}:  # a lane along the border of two is shared by both
            metres -= lanes.intersection(ground[pair]).intersection(ground[other]).length / 2
        counts = [sum(code in codes for code in home[table]) for table in ("component", "cases")]
        found[pair] = (len(codes), round(sum(shapes[code].area for code in codes), 2), *counts, round(metres, 1))
    return found


def _told(found):
    names = ("units", "area_m2", "components", "open_cases", "lane_m")
    return {(row["from_grid"], row["to_grid"]): tuple(row[name] for name in names) for row in found.rows.records()}


def _groups(workspace, scheme="cg"):
    units = workspace.read("unit_grid", ["code", f"rg_{scheme}"], geometry=False)
    return dict(zip(units["code"], units[f"rg_{scheme}"]))


def _posts(workspace, grid):
    posts, today = workspace.read("post", geometry=False).records(), date.today().isoformat()
    mine = [row for row in posts if (row["target"], row["target_code"]) == ("responsibility_grid", grid)]
    return sum(row["scheme"] in (None, "cg") and (row["valid_to"] or today) >= today for row in mine)


@pytest.mark.daily(1)
@pytest.mark.parametrize("seed", range(4))
def test_every_figure_is_what_an_independent_recount_finds(workspace, released, seed):
    copy_scheme(workspace, "cg", "cg2", "城管方案二", alternative=True, author="王示例")
    old, chance = _groups(workspace), np.random.default_rng(seed)
    grids = [*sorted({grid for grid in old.values() if grid}), None]
    for unit in sorted(old):
        if chance.random() < 0.5:
            _give(workspace, unit, grids[int(chance.integers(len(grids)))], "cg2")
    proposed = _groups(workspace, "cg2")
    wanted = _recounted(workspace, old, proposed)
    assert wanted
    for base, other in ((released, "cg2"), ("today", "cg2"), ("cg", "cg2")):
        found = compare_states(workspace, base, other)
        assert _told(found) == wanted
        assert found.moved == sum(row[0] for row in wanted.values())
        for row in found.rows.records():
            assert row["from_posts"] == _posts(workspace, row["from_grid"])
    adopt_alternative(workspace, "cg2", author="王示例")
    now = _groups(workspace)
    assert {unit: proposed[unit] for unit in now} == now
    yesterday = (date.today() - timedelta(days=1)).isoformat()
    assert _told(compare_states(workspace, yesterday, "today", scheme="cg")) == wanted
    assert _told(compare_states(workspace, released, "today")) == wanted


@pytest.mark.daily(1)
def test_schemes_over_lanes_are_compared_by_the_lanes_that_they_have(workspace):
    create_scheme(workspace, "dl", "道路保洁", base="lane")
    copy_scheme(workspace, "dl", "dlb", "方案二", alternative=True)
    assert compare_states(workspace, "dl", "dlb").moved == 0
    gone = workspace.read("responsibility_grid", where={"scheme": "dlb"})
    with workspace.transaction("王示例", "test") as transaction:
        transaction.delete("responsibility_grid", gone.fids[:1])
    found = compare_states(workspace, "today", "dlb", scheme="dl")
    assert (_pairs(found), found.moved) == ([(gone["code"][0], None)], 1)
    assert found.rows["lane_m"][0] >= 800.0 - 1e-6
    tomorrow_of_none = compare_states(workspace, "2020-01-01", "dl")
    assert {giver for giver, _ in _pairs(tomorrow_of_none)} == {None}
    over_units = compare_states(workspace, "cg", "dl")
    assert {taker for _, taker in _pairs(over_units)} - {None} == set(gone["code"])
