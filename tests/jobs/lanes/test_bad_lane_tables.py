"""Bad tables and bad lanes, as offices have them: near matches are proposed, nothing guessed; on both back ends."""

from __future__ import annotations

from datetime import date

import pytest

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.inspection.import_inspections import import_inspections
from gridmgmt_plugin.jobs.lanes.lane_officers import OfficersWanted, assign_officers, read_officers
from gridmgmt_plugin.jobs.lanes.officer_tables import export_officers
from gridmgmt_plugin.jobs.lanes.patrols import import_patrols, plan_patrols
from gridmgmt_plugin.jobs.people.import_posts import import_posts
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.inspection.inspected_lanes import HEADINGS
from tests.jobs.lanes.officer_quarter import EAST, OFFICES, SOUTH, WEST, officer_quarter
from tests.workspace.places import KINDS, place_of

DAY = "2026-03-02"
TWIN = "9901010020002"
#: What stands in a table → the lane that it means, or what the row that goes back names.
NAMES = {
    "东胡同": EAST,
    "东 胡同": EAST,
    "　东胡同 ": EAST,
    "东胡同北段": ("东胡同", EAST),
    "东胡同（北段）": ("东胡同", EAST),
    "东胡": ("东胡同", EAST),
    "无此胡同": ("无此胡同",),
    "西胡同": (WEST, TWIN),
    "旧巷": ("旧巷",),
}


@pytest.fixture(params=KINDS)
def quarter(request, tmp_path):
    """The quarter with a second 西胡同 in the other office, of no length, and a ring."""
    with place_of(request.param, tmp_path, request) as place:
        workspace = officer_quarter(place.location)
        with workspace.transaction("", "test") as transaction:
            twin = workspace.read("lane", where={"code": WEST})
            own = {"code": [TWIN], "street_code": [OFFICES[1]], "length_m": [0.0], "households": [None]}
            transaction.insert("lane", twin.with_columns(**own, from_place=[None], to_place=[None]))
            ring = workspace.read("lane", where={"code": SOUTH}, geometry=False)
            transaction.update("lane", ring.with_columns(from_place=["南口"], to_place=["南口"]), derived=True)
        yield workspace


def table(tmp_path, heading, rows, *, as_written=False):
    path = tmp_path / "表.csv"
    path.write_text("\n".join([heading, *rows]), encoding="utf-8")
    return read_source(path, as_written=as_written)


def taken_in(workspace: Workspace, kind: str, tmp_path, names):
    """Take a table with a row per name in, as posts, patrols or inspections; return report and lanes."""
    if kind == "posts":
        rows = [f"{name},示例乙,巷长,2026-03-02" for name in names]
        report = import_posts(workspace, table(tmp_path, "街巷名称,姓名,角色,起始日期", rows), target="lane")
        found = workspace.read("post", where={"person_id": "P2", "role": "lane_chief"}, geometry=False)["target_code"]
    elif kind == "patrols":
        rows = [f"{name},示例乙,2026-03-02" for name in names]
        report = import_patrols(workspace, table(tmp_path, "街巷名称,姓名,巡查日期", rows))
        found = workspace.read("patrol", geometry=False)["target_code"]
    else:
        rows = [f"{name},2026-03-02,市查,{','.join(['√'] * len(HEADINGS))}" for name in names]
        heading = ",".join(["街巷名称", "检查日期", "检查类别", *HEADINGS])
        report = import_inspections(workspace, table(tmp_path, heading, rows, as_written=True))
        found = workspace.read("lane_inspection", geometry=False)["lane_code"]
    return report, set(found.tolist())


@pytest.mark.daily(1)
@pytest.mark.parametrize("kind", ["posts", "patrols", "inspections"])
def test_names_as_offices_write_them_are_found_or_proposed_and_none_is_guessed(quarter, kind, tmp_path):
    for name, meant in NAMES.items():
        report, found = taken_in(quarter, kind, tmp_path, [name])
        if isinstance(meant, str):
            assert found == {meant}, name
            assert report.rejected == 0, name
            continue
        assert found <= {EAST}, f"{name} was guessed"
        (row,) = report.rejected_rows
        for language in ("zh", "en"):
            assert all(word in row.text(language) for word in meant), row.text(language)


def test_lanes_without_length_and_rings_have_officers_rotas_and_rates_like_others(quarter, tmp_path):
    everybody = (EAST, WEST, SOUTH, TWIN)
    assign_officers(quarter, OfficersWanted("P4", "lane_chief", (TWIN, SOUTH), on=DAY))
    assign_officers(quarter, OfficersWanted("P2", "lane_steward", (SOUTH,), section=("南口", "100米"), on=DAY))
    assign_officers(quarter, OfficersWanted("P4", "council_member", everybody, on=DAY))
    with quarter.transaction("", "test") as transaction:
        case = {"id": "B1", "lane_code": TWIN, "reported_at": f"{DAY}T08:00:00"}
        shape = quarter.read("cases").shapes[:1]
        transaction.insert("cases", Rows.from_records([case], shape))
    staff = read_officers(quarter, DAY, period=("2026-01-01", DAY))
    loads = {load.person: load for load in staff.loads}
    assert loads["欧阳示例"].length_m == 400.0 + 300.0 + 200.0
    assert (loads["欧阳示例"].cases, loads["示例乙"].length_m) == (4, 600.0), "a ring has no end to measure from"
    report = export_officers(quarter, tmp_path / "名册", on=DAY, period=("2026-01-01", DAY))
    assert report.figures["lanes"] == 5
    assert plan_patrols(quarter, DAY, DAY).accepted == 4


def test_one_person_with_two_posts_at_once_is_told_and_entered_once(quarter, tmp_path):
    twice = [f"南街,示例乙,巷长,{DAY},", f"南街,示例乙,巷长,{DAY},", f"南街,示例乙,街长,{DAY},"]
    report = import_posts(quarter, table(tmp_path, "街巷名称,姓名,角色,起始日期,终止日期", twice), target="lane")
    held = quarter.read("post", where={"target_code": SOUTH}, geometry=False)
    assert sorted(held["role"].tolist()) == ["lane_chief", "street_chief"], "two roles are two posts"
    assert report.rejected == 1
    wrong = [f"东胡同,示例乙,巷长,{DAY},2026-03-01", f"东胡同,示例乙,巷长,{date.max.isoformat()},{DAY}"]
    report = import_posts(quarter, table(tmp_path, "街巷名称,姓名,角色,起始日期,终止日期", wrong), target="lane")
    assert report.rejected == 2
    assert report.accepted == 0
