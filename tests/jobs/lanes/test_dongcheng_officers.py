"""The 879 lanes of a real old town through officers, walks and inspections; on both back ends, each step twice."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.inspection.checklists import chosen_checklist
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.inspection.draw_lanes import draw_lanes
from gridmgmt_plugin.jobs.inspection.import_inspections import import_inspections
from gridmgmt_plugin.jobs.inspection.judge_lanes import judge_lanes
from gridmgmt_plugin.jobs.inspection.round_desk import read_round
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.jobs.lanes.lane_officers import OfficersWanted, assign_officers, read_officers
from gridmgmt_plugin.jobs.lanes.patrols import patrol_gaps, plan_patrols, read_patrols
from gridmgmt_plugin.jobs.lanes.walk_entry import RoundWalked, enter_patrols
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.workspace.places import KINDS, place_of

FIRST, LAST = "2026-03-02", "2026-03-08"
TEN = chosen_checklist({}, "shi_wu_2023")


def staffed(workspace):
    """Give every street office a street chief, a lane chief and three of a council at all its lanes."""
    offices = sorted(set(workspace.read("lane", geometry=False)["street_code"].tolist()))
    people = [{"id": f"{office}{n}", "name": f"示例{at}{n}"} for at, office in enumerate(offices) for n in range(5)]
    with workspace.transaction("", "test") as transaction:
        transaction.insert("person", Rows.from_records(people))
    roles = ("street_chief", "lane_chief", "council_member", "council_member", "council_member")
    for _ in range(2):
        for office in offices:
            for n, role in enumerate(roles):
                wanted = OfficersWanted(
                    f"{office}{n}", role, area=office, on="2026-01-01", letter_rule="任{year}-{n:05}"
                )
                assign_officers(workspace, wanted, "王工")
    return offices


@pytest.mark.proof
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", KINDS)
def test_879_lanes_have_their_officers_walks_and_standings_and_twice_is_once(kind, shared, tmp_path, request):
    path = shared("beijing_dongcheng/dongcheng.gpkg")
    with place_of(kind, tmp_path, request) as place:
        create_workspace([read_source(path, "subdistrict")], place.location, crs="EPSG:4548", repair=True)
        workspace = Workspace.open(place.location)
        import_lanes(workspace, read_source(path, "streets"))
        offices = staffed(workspace)
        staff = read_officers(workspace, FIRST)
        assert (len(staff.lanes), sum(len(lane.posts) for lane in staff.lanes)) == (879, 879 * 5)
        assert not [lane.code for lane in staff.lanes if lane.missing(("street_chief", "lane_chief"))]

        planned = [plan_patrols(workspace, FIRST, LAST).accepted for _ in range(2)]
        assert planned == [879 * 7, 0]
        walked = tuple(lane.code for lane in staff.lanes if lane.office == offices[0])
        entered = [enter_patrols(workspace, RoundWalked(walked, on=FIRST)).accepted for _ in range(2)]
        assert entered == [len(walked), 0]
        board = read_patrols(workspace, FIRST)
        assert sum(lane.days_without(board.day) == 0 for lane in board.lanes) == len(walked)
        assert patrol_gaps(workspace, FIRST).accepted == 879 - len(walked)

        drawn = draw_lanes(workspace, count=60, seed=7)
        assert {code[:9] for code in drawn.rows["lane_code"]} == set(offices)
        lines = [",".join(["街巷编码", "检查日期", "检查类别", *(item.zh for item in TEN.items)])]
        for at, lane in enumerate(staff.lanes):
            for month in range(1, 5):
                failed = month == 4 and at % 10 == 0
                lines.append(",".join([lane.code, f"2026-{month:02}-05", "市查", *("×√"[not failed] * 10)]))
        table = tmp_path / "检查.csv"
        table.write_text("\n".join(lines), encoding="utf-8")
        source = read_source(table, as_written=True)
        taken = [import_inspections(workspace, source).figures for _ in range(2)]
        assert (taken[0]["results_new"], taken[1]["results_new"], taken[1]["updated"]) == (879 * 40, 0, 0)
        judged = [judge_lanes(workspace, until="2026-04-30").report.accepted for _ in range(2)]
        assert judged == [879, 0]
        desk = read_round(workspace, "2026-04-30", "市查")
        assert sum(lane.record.falls for lane in desk.lanes) == len(staff.lanes[::10])
        assert [lane.standing for lane in desk.lanes].count("达标") == 879 - len(staff.lanes[::10])
