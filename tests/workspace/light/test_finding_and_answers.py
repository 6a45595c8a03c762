"""What is found beside the tree, who answers, and how a workspace stands: the same from a file and a database."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import pytest

from gridmgmt_plugin.core.release.life import REJECTED
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.last_check import keep_check, lines_of_changes
from gridmgmt_plugin.workspace.light.answers import read_answers
from gridmgmt_plugin.workspace.light.finding import find_records, is_worth_looking
from gridmgmt_plugin.workspace.light.lists import read_lists
from gridmgmt_plugin.workspace.light.places import Place
from gridmgmt_plugin.workspace.light.state import read_state
from gridmgmt_plugin.workspace.light.summary import read_summary
from gridmgmt_plugin.workspace.location import parse_location
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.workspace_window import OFFICE, build_workspace

SOUTH = "990101001001"
TODAY = date.today()
UNIT = Place("unit_grid", f"{SOUTH}001", "", -1)


@pytest.fixture(params=["file", "database"])
def place(request, tmp_path):
    if request.param == "file":
        return build_workspace(tmp_path / "示例.gpkg")
    location = request.getfixturevalue("database_location")
    build_workspace(location)
    return location


def _insert(place, table, **values):
    with Workspace.open(place).transaction("甲", "export_package") as transaction:  # which is no change of its own
        transaction.insert(table, Rows.from_records([values]))


def _told(places):
    return [(place.level, place.code, place.name) for place in places]


def test_a_component_is_found_by_the_beginning_and_by_the_end_of_its_code(place):
    _insert(place, "component", code="9901010118000042", class_code="0118", name="路灯")
    wanted = [("component", "9901010118000042", "路灯")]
    assert _told(find_records(place, "99010101180")) == wanted
    assert _told(find_records(place, "8000042")) == wanted
    assert _told(find_records(place, "８００００４２")) == wanted
    assert find_records(place, "042") == ()  # too little to look through a million rows for


def test_a_beginning_is_taken_sign_by_sign_however_a_server_orders_texts(database_location, postgis):
    build_workspace(database_location)
    table = f"{database_location.schema}.component"
    postgis.run(f'ALTER TABLE {table} ALTER COLUMN code TYPE text COLLATE "und-x-icu"')
    _insert(database_location, "component", code="lamp_0042", class_code="0118", name="路灯")
    assert _told(find_records(database_location, "lamp_0")) == [("component", "lamp_0042", "路灯")]
    assert _told(find_records(database_location, "p_0042")) == [("component", "lamp_0042", "路灯")]
    assert find_records(database_location, "LAMP") == ()


def test_a_database_is_looked_into_without_the_libraries_that_compute(database_location):
    """They come in with the first deed that computes, each with its own symbols."""
    build_workspace(database_location)
    _insert(database_location, "component", code="lamp_0042", class_code="0118", name="路灯")
    code = (
        "import sys\n"
        "for name in ('numpy', 'shapely', 'pyproj', 'osgeo', 'qgis'): sys.modules[name] = None\n"
        "from gridmgmt_plugin.workspace.light.finding import find_records\n"
        "print([one.code for one in find_records(sys.argv[1], 'p_0042')])"
    )
    command = [sys.executable, "-c", code, str(database_location)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.stdout.strip() == "['lamp_0042']", result.stderr


def test_a_number_is_taken_sign_by_sign_from_its_end_too(place):
    _insert(place, "component", code="lamp%0042", class_code="0118", name="路灯")
    assert _told(find_records(place, "p%0042")) == [("component", "lamp%0042", "路灯")]
    for text in ("P%0042", "p_0042", "_0042", "lamp%00421"):
        assert find_records(place, text) == ()


def test_a_case_is_found_by_its_number(place):
    _insert(place, "cases", id="C-77", case_no="示案〔2025〕000123", title="井盖破损")
    wanted = [("cases", "C-77", "示案〔2025〕000123")]
    for text in ("示案〔2025〕000123", "000123", "C-77"):
        assert _told(find_records(place, text)) == wanted


def test_a_wildcard_in_a_number_is_no_wildcard(place):
    assert find_records(place, "%%%%%") == ()


def test_a_house_leads_to_its_lane_when_the_lane_has_it(place):
    values = {"street_code": "990101001", "house_no_min": "1号", "house_no_max": "99"}
    _insert(place, "lane", code="L2", name="柏枝胡同", **values)
    assert _told(find_records(place, "柏枝胡同12号")) == [("lane", "L2", "柏枝胡同 12")]
    assert find_records(place, "柏枝胡同120号") == ()
    assert _told(find_records(place, "南北胡同 7")) == [("lane", "L1", "南北胡同 7")]  # nobody said where it ends


def test_a_lane_whose_last_day_is_over_is_offered_no_more_and_posts_are_at_grids_by_their_alias(place):
    for code, last in (("L7", TODAY), ("L8", TODAY - timedelta(days=1))):
        _insert(place, "lane", code=code, name=code, state="在用", valid_to=last.isoformat())
    grid = {"scheme": "cg", "code": "990101001001777", "name": "第777责任网格", "alias": "东头"}
    _insert(place, "responsibility_grid", **grid)
    post = {"target": "responsibility_grid", "target_code": grid["code"], "scheme": "cg", "person_id": "A"}
    _insert(place, "post", id="P777", **post)
    lists = read_lists(parse_location(place))
    assert {"L7"} == {code for code, _ in lists.lanes} & {"L7", "L8"}
    assert [one.place for one in lists.posts if one.id == "P777"] == ["东头"]
    assert not find_records(place, "L8")


def test_a_house_of_a_lane_with_a_short_name_is_looked_for_too(place):
    _insert(place, "lane", code="L2", name="东巷", street_code="990101001")
    assert is_worth_looking("东巷5")
    assert _told(find_records(place, "东巷5")) == [("lane", "L2", "东巷 5")]
    assert not is_worth_looking("东5"), "half of the lanes have that in their names"
    assert not is_worth_looking("东巷")


def test_no_more_is_found_than_was_asked_for(place):
    assert len(find_records(place, "990101001001", 5)) <= 5
    _insert(place, "component", code="9901010101000001", class_code="0101")
    assert len(find_records(place, "9901", 1)) == 1


def test_who_answers_for_a_unit_grid_is_told_from_near_to_far(place):
    answers = read_answers(place, UNIT, "cg")
    assert [(a.place.level, a.scheme) for a in answers] == [
        ("responsibility_grid", "城管巡查"),
        ("street_office", ""),
    ]
    assert [(o.role, o.name) for answer in answers for o in answer.officers] == [
        ("grid_leader", "示例甲"),
        ("grid_leader", "示例甲"),
    ]


def test_officers_are_told_in_the_order_in_which_they_answer(place):
    for key, role, turn, section in (
        ("11", "lane_steward", None, None),
        ("12", "street_chief", "B角", None),
        ("13", "street_chief", "A角", None),
        ("14", "lane_chief", None, "1号"),
        ("15", "lane_chief", None, None),
    ):
        person = f"示例{key}"
        _insert(place, "person", id=key, name=person)
        post = {"target": "lane", "target_code": "L1", "person_id": key, "role": role, "turn": turn}
        _insert(place, "post", id=key, section_from=section, **post)
    lane = read_answers(place, Place("lane", "L1", "", -1), None)[0]
    told = [officer.name for officer in lane.officers]
    assert told == ["示例15", "示例14", "示例13", "示例12", "示例11", "示例乙"]  # a grid leader answers for no lane


def test_a_post_that_is_over_answers_for_nothing(place):
    (answer,) = read_answers(place, Place("street_office", "990101001", "", -1), None)
    assert [officer.name for officer in answer.officers] == ["示例甲"]


def test_a_community_without_a_post_of_its_own_tells_who_serves_in_each_of_its_grids(place):
    answers = read_answers(place, Place("community", SOUTH, "", -1), "cg")
    assert [(a.place.level, a.place.code, [o.name for o in a.officers]) for a in answers] == [
        ("responsibility_grid", f"{SOUTH}001", ["示例甲"]),
        ("responsibility_grid", f"{SOUTH}002", []),
        ("responsibility_grid", f"{SOUTH}003", []),
        ("street_office", OFFICE, ["示例甲"]),
    ]
    _insert(place, "post", id="C1", target="area", target_code=SOUTH, person_id="B", role="grid_leader")
    told = read_answers(place, Place("community", SOUTH, "", -1), "cg")
    assert [a.place.level for a in told] == ["community", *["responsibility_grid"] * 3, "street_office"]


def test_a_person_is_told_with_what_he_answers_for(place):
    answers = read_answers(place, Place("person", "A", "示例甲", -1), "cg")
    assert [(a.place.level, a.place.code) for a in answers] == [
        ("responsibility_grid", f"{SOUTH}001"),
        ("street_office", "990101001"),
    ]


def test_a_lane_a_component_and_a_case_are_answered_for(place):
    lane = read_answers(place, Place("lane", "L1", "", -1), "cg")
    assert [o.name for o in lane[0].officers] == ["示例乙"]
    for record in (Place("component", "P0", "", -1), Place("cases", "0", "", -1)):
        assert read_answers(place, record, "cg")[0].place.level == "responsibility_grid"


def test_what_is_not_there_has_no_answer(place):
    for level in ("unit_grid", "lane", "component", "cases", "person", "community"):
        assert read_answers(place, Place(level, "没有", "", -1), "cg") == ()


def test_without_a_release_nothing_has_changed_since(place):
    assert read_state(place).release is None
    assert read_state(place).changed_rows == 0


def test_what_changed_since_the_last_release_is_counted_by_row(place):
    _insert(place, "release", number="r1", scheme="cg", state="handed_over", delivered_at="2025-01-01T08:00:00")
    _insert(place, "release", number="r2", scheme="cg", state="handed_over", delivered_at="2025-06-01T08:00:00")
    for at, gesture, table in (
        ("2025-03-01T08:00:00", "split", "unit_grid"),
        ("2025-07-01T08:00:00", "split", "unit_grid"),
        ("2025-07-02T08:00:00", "merge", "unit_grid"),
        ("2025-06-01T08:00:01", "export_package", "release"),
        ("2025-07-03T08:00:00", "accept_release", "release"),
        ("2025-07-03T08:00:00", "accept_release", "handover_log"),
        ("2025-07-03T08:00:00", "restore_release", "responsibility_grid"),
    ):
        values = {"changed_at": at, "changed_by": "甲", "gesture": gesture, "table_name": table, "row_key": "a"}
        _insert(place, "change_log", **values)
    state = read_state(place)
    assert (state.release, state.released_at) == ("r2", "2025-06-01 08:00")
    assert state.changed == (("unit_grid", 1),)
    assert not state.is_rejected


def test_rows_without_a_key_count_one_by_one(place):
    _insert(place, "release", number="r1", scheme="cg", state="handed_over", delivered_at="2025-06-01T08:00:00")
    for _ in range(2):
        told = {"changed_at": "2025-07-01T08:00:00", "gesture": "import_table", "table_name": "code_map"}
        _insert(place, "change_log", **told)
    assert read_state(place).changed == (("code_map", 2),)


def test_of_a_rejected_release_it_is_known_that_it_was(place):
    _insert(place, "release", number="r1", scheme="cg", state=REJECTED, delivered_at="2025-01-01T08:00:00")
    assert read_state(place).is_rejected
    _insert(place, "release", number="r2", scheme="cg", state="handed_over", delivered_at="2025-06-01T08:00:00")
    assert not read_state(place).is_rejected, "the next one is out"


def test_the_last_check_is_noted_in_the_workspace_and_knows_of_changes_since(place):
    assert read_state(place).check is None
    keep_check(Workspace.open(place), 3, 1, "2026-11-01T08:30:00")
    state = read_state(place)
    assert (state.check.errors, state.check.warnings, state.check.at) == (3, 1, "2026-11-01T08:30:00")
    assert not state.is_check_outdated
    _insert(place, "change_log", changed_at="2026-11-01T09:00:00", gesture="split", table_name="unit_grid")
    assert read_state(place).is_check_outdated
    keep_check(Workspace.open(place), 0, 0, "2026-11-01T10:00:00")
    assert not read_state(place).is_check_outdated


def test_a_hand_over_and_what_becomes_of_it_is_no_change_of_what_was_checked(place):
    keep_check(Workspace.open(place), 0, 0, "2026-11-01T08:30:00")
    for gesture, table in (
        ("export_package", "release"),
        ("export_package", "code_register"),
        ("accept_release", "release"),
        ("deliver", "handover_log"),
    ):
        _insert(place, "change_log", changed_at="2026-11-01T09:00:00", gesture=gesture, table_name=table)
    assert not read_state(place).is_check_outdated
    _insert(place, "change_log", changed_at="2026-11-01T09:00:00", gesture="restore_release", table_name="unit_grid")
    assert read_state(place).is_check_outdated


def test_what_changed_while_a_check_ran_is_a_change_since(place):
    workspace = Workspace.open(place)
    before = lines_of_changes(workspace)
    _insert(place, "change_log", changed_at="2026-11-01T09:00:00", gesture="split", table_name="unit_grid")
    keep_check(workspace, 0, 0, "2026-11-01T09:00:01", before)
    assert read_state(place).is_check_outdated


@pytest.mark.daily(1)
@pytest.mark.parametrize(("last_day", "named"), [(TODAY, "旧局"), (TODAY - timedelta(days=1), "新局")])
def test_a_department_that_has_passed_its_work_on_is_its_successor_from_the_day_on(place, last_day, named):
    _insert(place, "department", code="B1", name="旧局", successor_code="B2", valid_to=last_day.isoformat())
    _insert(place, "department", code="B2", name="新局")
    _insert(place, "component", code="P77", class_code="0103", owner_code="B1")
    _insert(place, "person", id="Z9", name="示例壬", department_code="B1")
    assert read_answers(place, Place("component", "P77", "", -1), "cg")[0].departments == (named,)
    summary = read_summary(place)
    (person,) = [one for one in summary.places if (one.level, one.code) == ("person", "Z9")]
    assert summary.places[person.parent].name == named
    offered = [name for _, name in read_lists(parse_location(place)).departments]
    assert ("旧局" in offered, "新局" in offered) == (named == "旧局", True)
