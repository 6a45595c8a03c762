"""A release in the front database: it answers as the workspace does, all of it or nothing is there, twice is once."""

from __future__ import annotations

import csv
import json
from contextlib import closing
from dataclasses import replace

import pytest
import shapely

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.handover import deliver_postgis as module
from gridmgmt_plugin.jobs.handover.deliver_postgis import deliver_postgis
from gridmgmt_plugin.jobs.handover.release_acts import Particulars, act_on_release
from gridmgmt_plugin.jobs.responsibility.scheme_acts import create_scheme
from gridmgmt_plugin.workspace.location import parse_location
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.handover.exports import export
from tests.jobs.package_workspace import X0, Y0, district, make_workspace

ANSWER = (
    "unit_grid", "responsibility_grid", "department_code", "person_id", "lane_code", "lane_officer", "status", "rule",
)  # fmt: skip
RECORDED = ("component_code", "interim_code", "maintainer_code", "owner_code", "owner_state")


@pytest.fixture
def target(postgis, database_location):
    """Return the address of an empty place, and its schema."""
    schema = database_location.schema + "_front"
    yield str(database_location), schema
    postgis.drop(schema)


def answers(postgis, schema, points, scheme="cg"):
    """Ask the database for every acceptance point; return what differs from what is expected."""
    different = []
    sql = f"SELECT {', '.join(ANSWER)} FROM {schema}.resolve(ST_Point(%s, %s), %s, %s, %s, NULL, %s, %s)"
    with closing(postgis.connect()) as connection, connection.cursor() as cursor:
        for row in points:
            recorded = {name: row[name] for name in RECORDED if row[name]}
            if row["component_lane"]:
                recorded["lane_code"] = row["component_lane"]
            asked = [row[name] or None for name in ("x", "y", "class_code", "at")]
            more = json.dumps(recorded) if recorded else None
            cursor.execute(sql, (*asked, scheme, row["class_kind"] or None, more))
            found = cursor.fetchall()
            said = [dict(zip(ANSWER, ("" if value is None else value for value in line))) for line in found]
            if said != [{name: row[name] for name in ANSWER}]:
                different.append((row, said))
    return different


def acceptance(report):
    with (report.manifest.parent / "acceptance_points.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.proof
def test_the_database_answers_every_acceptance_point_as_the_workspace_does(workspace, folder, target, postgis):
    report = export(workspace, folder)
    address, schema = target
    delivered = deliver_postgis(workspace, release=report.release, target=address, schema=schema)
    assert delivered.accepted > 30
    points = acceptance(report)
    assert len(points) > 100
    assert answers(postgis, schema, points) == []


def a_district_of_every_kind(path):
    """Make a district with zones, disputed rules, work that passed on, shifts over midnight and absent people."""
    base = district()
    zones = [
        ("Z1", "工地", "D02", shapely.box(X0, Y0, X0 + 300, Y0 + 200)),
        ("Z2", "工地", "D01", shapely.box(X0 + 250, Y0, X0 + 500, Y0 + 200)),
        ("Z3", "标段", None, shapely.box(X0 + 200, Y0, X0 + 700, Y0 + 100)),
    ]
    names = [
        "id",
        "class_kind",
        "class_prefix",
        "area_code",
        "scheme",
        "zone_kind",
        "department_code",
        "role",
        "priority",
        "state",
    ]
    rules = [
        ("1", "component", "01", None, None, None, "D01", None, 1, "明确"),
        ("2", "component", "0102", None, None, None, "D02", None, None, "明确"),
        ("10", "component", "0102", None, None, None, "D03", None, None, "明确"),
        ("3", "event", "02", "990101001002", None, None, "D03", "grid_worker", 2, "协商中"),
        ("4", "event", "02", "990101", "cg", None, "D01", "grid_leader", 1, "明确"),
        ("5", None, None, None, None, "工地", None, None, 1, "明确"),
        ("6", "event", "03", None, None, "标段", "D02", None, 1, "明确"),
        ("7", "event", "03", None, "hw", None, "D03", None, 1, "明确"),
    ]
    posts = base["post"]
    hours = [("22:00", "06:00", "1-5"), (None, None, None), ("08:30", "17:30", "6-7"), ("06:00", "22:00", "1,3,5")]
    chosen = [hours[row % len(hours)] for row in range(len(posts))]
    more = {name: as_column(column) for name, column in zip(("start_time", "end_time", "weekdays"), zip(*chosen))}
    kept = base["department"].records()
    for row in kept:
        row.update({"valid_to": "2026-02-28", "successor_code": "D03"} if row["code"] == "D02" else {})
    return make_workspace(
        path,
        duty_zone=Rows(
            {
                "code": as_column(zone[0] for zone in zones),
                "kind": as_column(zone[1] for zone in zones),
                "manager_code": as_column(zone[2] for zone in zones),
            },
            as_column(shapely.multipolygons([zone[3]]) for zone in zones),
        ),
        duty_rule=Rows.from_records([dict(zip(names, rule)) for rule in rules]),
        post=posts.with_columns(**more),
        department=Rows.from_records(kept),
    )


def test_zones_disputes_shifts_and_work_that_passed_on_are_answered_alike(tmp_path, folder, target, postgis):
    workspace = a_district_of_every_kind(tmp_path / "库.gpkg")
    report = export(workspace, folder)
    deliver_postgis(workspace, release=report.release, target=target[0], schema=target[1])
    points = acceptance(report)
    assert {"2", "3", "5", "6"} <= {row["rule"] for row in points}
    assert {row["status"] for row in points} == {"clear", "disputed"}
    assert {"", "R001", "R003"} <= {row["person_id"] for row in points}
    assert answers(postgis, target[1], points) == []


@pytest.mark.proof
def test_a_scheme_over_lanes_is_answered_alike(workspace, folder, target, postgis):
    create_scheme(workspace, "dl", "道路保洁", base="lane", author="王示例")
    report = export(workspace, folder, scheme="dl")
    deliver_postgis(workspace, release=report.release, target=target[0], schema=target[1])
    points = acceptance(report)
    assert len({row["responsibility_grid"] for row in points}) > 1
    assert answers(postgis, target[1], points, scheme="dl") == []


@pytest.fixture(scope="module")
def handed_over(tmp_path_factory):
    """Return a workspace with a release that was handed over, and the report of that; only read."""
    base = tmp_path_factory.mktemp("前置库")
    workspace = make_workspace(base / "网格 库.gpkg")
    return workspace, export(workspace, base)


def delivered(handed_over, place, **changes):
    workspace, report = handed_over
    address, schema = place
    return deliver_postgis(workspace, **{"release": report.release, "target": address, "schema": schema, **changes})


def rows_of(postgis, schema, table):
    return postgis.run(f"SELECT count(*) FROM {schema}.{table}")[0][0]


def refusal(deed, *arguments, **changes):
    with pytest.raises(GridError) as caught:
        deed(*arguments, **changes)
    return caught.value.code


def test_delivering_twice_is_delivering_once(handed_over, target, postgis):
    first = delivered(handed_over, target)
    again = delivered(handed_over, target)
    assert (first.accepted > 0, first.notes) == (True, ())
    assert (again.accepted, [note.code for note in again.notes]) == (0, ["front_release_there"])
    assert rows_of(postgis, target[1], "release") == 1
    assert rows_of(postgis, target[1], "unit_grid") == first.figures["rows"]["unit_grid"] == 16


@pytest.mark.proof
def test_the_log_says_where_a_release_was_delivered_and_holds_no_password(workspace, folder, target):
    report = export(workspace, folder)
    address = target[0].replace("@", ":geheim@")
    deliver_postgis(workspace, release=report.release, target=address, schema=target[1], author="王示例")
    log = workspace.read("handover_log", geometry=False).records()[-1]
    assert (log["means"], log["act"], log["handed_by"]) == ("postgis", "deliver", "王示例")
    assert target[1] in log["note"]
    assert "geheim" not in str(workspace.read_all())


def test_the_schema_of_a_workspace_is_left_alone(handed_over, database_location, postgis):
    make_workspace(database_location)
    before = postgis.dump(database_location)
    target = (str(database_location), database_location.schema)
    assert refusal(delivered, handed_over, target) == "workspace_exists"
    assert postgis.dump(database_location) == before


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"release": "r0099"}, "release_unknown"),
        ({"target": "/data/库.gpkg"}, "front_no_database"),
        ({"schema": "a; drop"}, "schema_name_malformed"),
    ],
)
def test_what_cannot_be_delivered_is_refused_with_a_reason(handed_over, target, changes, code):
    assert refusal(delivered, handed_over, target, **changes) == code


def test_a_rejected_release_is_not_delivered(workspace, folder, target):
    report = export(workspace, folder)
    act_on_release(workspace, report.release, "reject", Particulars(note="坐标系不符"))
    assert refusal(delivered, (workspace, report), target) == "front_release_state"


def test_readers_see_nothing_of_a_delivery_that_is_not_confirmed(handed_over, target, postgis, monkeypatch):
    seen = []

    def interrupted(*_):
        seen.append(postgis.run("SELECT count(*) FROM pg_tables WHERE schemaname = %s", (target[1],)))
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "commit", interrupted)
    with pytest.raises(KeyboardInterrupt):
        delivered(handed_over, target)
    assert seen == [[(0,)]]
    assert postgis.run("SELECT count(*) FROM pg_tables WHERE schemaname = %s", (target[1],)) == [(0,)]
    monkeypatch.undo()
    assert delivered(handed_over, target).accepted > 0


@pytest.mark.proof
def test_what_the_database_changes_by_itself_is_found_and_all_is_taken_back(workspace, folder, target, postgis):
    schema = target[1]
    first = export(workspace, folder)
    delivered((workspace, first), target)
    postgis.run(
        f"CREATE FUNCTION {schema}.spoil() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN NEW.person_id := NULL; RETURN NEW; END $$"
    )
    postgis.run(
        f"CREATE TRIGGER spoil BEFORE INSERT ON {schema}.posts FOR EACH ROW EXECUTE FUNCTION {schema}.spoil()"
    )
    second = export(workspace, folder)
    assert refusal(delivered, (workspace, second), target) == "front_read_back_differs"
    assert postgis.run(f"SELECT DISTINCT release FROM {schema}.posts") == [(first.release,)]


@pytest.mark.proof
def test_a_rejected_release_is_withdrawn_when_the_corrected_one_comes(workspace, folder, target, postgis):
    first = export(workspace, folder)
    second = export(workspace, folder, effective_from="2026-05-01")
    for report in (first, second):
        delivered((workspace, report), target)
    act_on_release(workspace, second.release, "reject", Particulars(note="人员不符"))
    third = export(workspace, folder, effective_from="2026-04-15")
    told = delivered((workspace, third), target)
    assert [note.code for note in told.notes] == ["front_withdrawn"]
    answer = f"SELECT release FROM {target[1]}.resolve(ST_Point({X0 + 30}, {Y0 + 30}), NULL, %s, 'cg')"
    days = ("2026-03-03T10:00", "2026-04-20T10:00", "2026-06-01T10:00")
    assert [postgis.run(answer, (at,))[0][0] for at in days] == [first.release, third.release, third.release]


@pytest.mark.proof
def test_a_day_that_was_put_off_is_taken_over_by_delivering_again(workspace, folder, target, postgis):
    report = export(workspace, folder, effective_from="2026-03-10")
    delivered((workspace, report), target)
    act_on_release(workspace, report.release, "accept")
    act_on_release(workspace, report.release, "put_in_force")
    again = delivered((workspace, report), target)
    assert [note.code for note in again.notes] == ["front_release_renewed"]
    stored = workspace.read("release", geometry=False)["effective_from"][0]
    assert postgis.run(f"SELECT effective_from::text FROM {target[1]}.release") == [(stored,)] != [("2026-03-10",)]


@pytest.mark.proof
def test_a_log_line_that_was_cut_off_is_written_the_next_time(workspace, folder, target, monkeypatch):
    report = export(workspace, folder)

    def cut_off(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "enter_delivery", cut_off)
    with pytest.raises(KeyboardInterrupt):
        delivered((workspace, report), target)
    monkeypatch.undo()
    for _ in range(2):
        delivered((workspace, report), target)
    acts = workspace.read("handover_log", geometry=False)["act"].tolist()
    assert acts.count("deliver") == 1


@pytest.mark.proof
def test_another_receiver_gets_a_schema_of_its_own_and_what_the_first_has_is_left_alone(
    workspace, folder, target, postgis
):
    first = export(workspace, folder, profile={"receiver": "甲方指挥中心"})
    second = export(workspace, folder, profile={"receiver": "乙方指挥中心"})
    delivered((workspace, first), target)
    there = f"SELECT number, receiver FROM {target[1]}.release"
    with pytest.raises(GridError) as caught:
        delivered((workspace, second), target)
    assert caught.value.code == "front_other_receiver"
    assert all(word in caught.value.message.text("en") for word in (target[1], "甲方", first.release, "schema"))
    assert postgis.run(there) == [(first.release, "甲方指挥中心")]
    place = f"ST_Point({X0 + 30}, {Y0 + 30})"
    answer = f"SELECT release FROM {target[1]}.resolve({place}, NULL, '2026-03-03T10:00', 'cg')"
    assert postgis.run(answer) == [(first.release,)]
    act_on_release(workspace, first.release, "reject", Particulars(note="写错了接收方"))
    assert [note.code for note in delivered((workspace, second), target).notes] == ["front_withdrawn"]
    assert postgis.run(answer) == [(second.release,)]


@pytest.mark.proof
def test_a_county_in_another_system_is_refused_before_anything_is_written(
    handed_over, tmp_path, folder, target, postgis
):
    delivered(handed_over, target)
    other = make_workspace(tmp_path / "外区.gpkg", Frame("epsg", 4549, "CGCS2000 CM 120E"))
    report = export(other, folder)
    assert refusal(delivered, (other, report), target) == "front_frame_differs"
    assert rows_of(postgis, target[1], "release") == 1


def test_the_county_whose_unit_grid_holds_the_place_answers_and_outside_of_several_nobody(
    workspace, folder, target, postgis
):
    report = export(workspace, folder)
    delivered((workspace, report), target)
    schema = target[1]
    more = "number, county_name, effective_from, content_hash, classification, srid, answering"
    postgis.run(
        f"INSERT INTO {schema}.release (county_code, scheme, {more})"
        f" SELECT '110000', scheme, {more} FROM {schema}.release"
    )
    postgis.run(
        f"INSERT INTO {schema}.area (county_code, scheme, release, code, path, geom)"
        " SELECT '110000', scheme, release, '110000', ARRAY['110000'], ST_Multi(ST_Expand(geom, 60))"
        f" FROM {schema}.area WHERE code = '990101'"
    )
    place = f"ST_Point(%s, {Y0 + 30})"
    asked = f"SELECT county_code, unit_grid IS NULL FROM {schema}.resolve({place}, NULL, '2026-03-03T10:00')"
    assert postgis.run(asked, (X0 + 30,)) == [("990101", False)]
    assert postgis.run(asked, (X0 - 30,)) == [("110000", True)]
    assert postgis.run(asked, (X0 - 500,)) == []


@pytest.mark.proof
def test_the_release_before_answers_until_the_first_day_of_the_next(workspace, folder, target, postgis):
    first = export(workspace, folder)
    post = workspace.read("post", geometry=False)
    change = Rows({"person_id": as_column(["R002"] * len(post))}, None, post.fid)
    with workspace.transaction("", "test") as transaction:
        transaction.update("post", change)
    second = export(workspace, folder, effective_from="2026-05-01")
    for report in (first, second):
        delivered((workspace, report), target)
    place, schema = f"ST_Point({X0 + 30}, {Y0 + 30})", target[1]
    answer = f"SELECT release, person_id FROM {schema}.resolve({place}, NULL, %s::timestamp, 'cg')"
    days = ("2026-03-01T10:00", "2026-04-30T10:00", "2026-05-01T10:00")
    found = [postgis.run(answer, (at,)) for at in days]
    assert found[0] == [], "no release holds yet"
    assert [one[0][0] for one in found[1:]] == [first.release, second.release]
    assert found[2][0][1] == "R002" != found[1][0][1]


def test_three_counties_stand_side_by_side_in_one_schema(handed_over, target, postgis, monkeypatch):
    workspace, report = handed_over
    for county in ("990101", "990102", "990103"):
        other = Workspace(workspace.location, replace(workspace.info, county_code=county))
        monkeypatch.setattr(
            module, "enter_delivery", lambda *_, **__: None
        )  # the others' logs are not in this workspace
        assert delivered((other, report), target).accepted > 0
    schema = target[1]
    asked = f"SELECT county_code, unit_grid FROM {schema}.resolve(ST_Point({X0 + 30}, {Y0 + 30}), NULL, %s, 'cg', %s)"
    found = [postgis.run(asked, ("2026-03-03T10:00", county))[0] for county in ("990101", "990102", "990103")]
    assert [county for county, _ in found] == ["990101", "990102", "990103"]
    assert len({unit for _, unit in found}) == 1
    keys = postgis.run(
        "SELECT c.relname, a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE i.indisunique AND n.nspname = %s",
        (schema,),
    )
    assert {column for name, column in keys if name != "front_info"} == {"county_code"}, "a cluster divides by county"


def test_every_function_of_the_front_database_has_a_search_path_of_its_own(handed_over, target, postgis):
    delivered(handed_over, target)
    sql = "SELECT proname, array_to_string(proconfig, ',') FROM pg_proc WHERE pronamespace = %s::regnamespace"
    found = dict(postgis.run(sql, (target[1],)))
    assert len(found) > 5
    assert all("search_path=" in (config or "") for config in found.values()), found


@pytest.mark.proof
def test_a_place_in_degrees_is_asked_for_as_one_in_metres(handed_over, target, postgis):
    delivered(handed_over, target)
    place = f"ST_SetSRID(ST_Point({X0 + 30}, {Y0 + 30}), 4548)"
    asked = f"SELECT unit_grid, department_code FROM {target[1]}.resolve(%s, NULL, '2026-03-03T10:00', 'cg')"
    in_metres = postgis.run(asked.replace("%s", place))
    assert in_metres[0][0]
    assert postgis.run(asked.replace("%s", f"ST_Transform({place}, 4490)")) == in_metres


@pytest.mark.proof
def test_a_reader_asks_and_changes_nothing_and_a_publisher_delivers(handed_over, target, postgis):
    address, schema = target
    roles = resource_path("delivery/roles.sql").read_text(encoding="utf-8").split("DO $$", 1)[1]
    postgis.run("DO $$" + roles.replace(':"schema"', schema))
    for name in ("reader", "publisher"):
        postgis.run(f"DROP ROLE IF EXISTS some_{name}")
        postgis.run(f"CREATE ROLE some_{name} LOGIN IN ROLE gridmgmt_front_{name}")
    try:
        deliver_postgis(
            handed_over[0],
            release=handed_over[1].release,
            target=str(replace(parse_location(address), user="some_publisher")),
            schema=schema,
        )
        asked = (
            f"SELECT unit_grid FROM {schema}.resolve(ST_Point({X0 + 30}, {Y0 + 30}), NULL, '2026-03-03T10:00', 'cg')"
        )
        assert postgis.run(asked, user="some_reader")[0][0]
        for forbidden in (f"DELETE FROM {schema}.release", f"CREATE TABLE {schema}.mine (a integer)"):
            with pytest.raises(Exception, match="permission denied"):
                postgis.run(forbidden, user="some_reader")
    finally:
        postgis.drop(schema)
        for name in ("some_reader", "some_publisher"):
            postgis.run(f"DROP OWNED BY {name}")
            postgis.run(f"DROP ROLE {name}")


def test_several_schemes_and_no_word_which_is_told(handed_over, target, postgis):
    delivered(handed_over, target)
    schema = target[1]
    postgis.run(
        f"INSERT INTO {schema}.release SELECT county_code, 'hw', number, county_name, effective_from, content_hash,"
        f" classification, srid, answering FROM {schema}.release"
    )
    with pytest.raises(Exception, match="say which one"):
        postgis.run(f"SELECT * FROM {schema}.resolve(ST_Point({X0}, {Y0}), NULL, '2026-03-03T10:00')")


def test_content_that_was_changed_after_the_hand_over_is_not_delivered(workspace, folder, target):
    report = export(workspace, folder)
    items = workspace.read("release_item", ["layer", "content"], {"layer": "persons"}, geometry=False)
    spoiled = Rows({"content": as_column(text.replace("R001", "R009") for text in items["content"])}, None, items.fid)
    with workspace.transaction("", "test") as transaction:
        transaction.update("release_item", spoiled)
    assert refusal(delivered, (workspace, report), target) == "release_content_damaged"
