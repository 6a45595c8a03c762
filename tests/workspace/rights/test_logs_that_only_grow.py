"""What nobody changes afterwards, whatever else is granted: logs, the register, releases, what the workspace is."""

from __future__ import annotations

import re
from contextlib import closing

import pytest

from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.postgis.errors import statement_error
from tests.database_roles import RELEASE, login_of
from tests.workspace.conftest import LOCAL_FRAME

ONLY_GROWS = (
    ("UPDATE change_log SET changed_by = '乙'", "only to be added to"),
    ("DELETE FROM change_log", "only to be added to"),
    ("UPDATE release SET content_hash = 'x'", "not rewritten"),
    ("DELETE FROM release", "not rewritten"),
    ("UPDATE release SET state = 'draft'", "not rewritten"),
    ("UPDATE release_item SET content = '[]'", "not rewritten"),
    ("DELETE FROM release_item", "not rewritten"),
    (f"INSERT INTO release_item (release_number, layer, row_key) VALUES ('{RELEASE}', 'x', 'y')", "not rewritten"),
    ("DELETE FROM code_register WHERE code = 'r1'", "stays"),
    ("DELETE FROM code_register WHERE code IN (SELECT row_key FROM release_item)", "stays"),
    ("UPDATE code_register SET state = 'draft' WHERE state = 'valid'", "not rewritten"),
    ("UPDATE code_register SET code = 'x' WHERE code = 'd1'", "not rewritten"),
    ("UPDATE code_register SET state = NULL WHERE code = 'r1'", "not rewritten"),
    ("UPDATE code_register SET state = 'x' WHERE state = 'valid'", "not rewritten"),
    ("UPDATE code_register SET reason = 'x' WHERE code = 'r1'", "entry is not rewritten"),
    ("UPDATE code_register SET reason = NULL WHERE code = 'r1'", "entry is not rewritten"),
    ("UPDATE code_register SET successors = 'd1' WHERE code = 'r1'", "entry is not rewritten"),
    ("UPDATE code_register SET successors = NULL WHERE code = 'r1'", "entry is not rewritten"),
    ("UPDATE code_register SET successors = 'd1,x' WHERE code = 'r2'", "entry is not rewritten"),
    ("UPDATE code_register SET successors = 'x' WHERE code = 'v1' AND kind = 'lane'", "entry is not rewritten"),
    ("UPDATE code_register SET changed_at = '2020-01-01T00:00:00' WHERE code = 'r1'", "entry is not rewritten"),
    ("UPDATE code_register SET changed_by = '乙' WHERE code = 'r1'", "entry is not rewritten"),
    ("UPDATE code_register SET fid = 999999 WHERE code = 'r1'", "entry is not rewritten"),
    ("UPDATE workspace_info SET value = '99' WHERE key = 'schema_version'", "who owns"),
    ("UPDATE workspace_info SET value = '别处' WHERE key = 'crs_label'", "who owns"),
    ("DELETE FROM workspace_info WHERE key = 'crs_label'", "who owns"),
    ("DELETE FROM workspace_info WHERE key = 'county_code'", "who owns"),
    ("UPDATE workspace_info SET key = 'x' WHERE key = 'code_layout'", "who owns"),
    ("INSERT INTO workspace_info (key, value) VALUES ('working_copy', '{}')", "who owns"),
)


def test_logs_register_and_releases_only_grow_whatever_else_is_granted(tried, granted_by_habit):
    for sql, told in ONLY_GROWS:
        for role in ("planner", "viewer", "publisher", "auditor"):
            assert told in tried(role, sql), (role, sql)


def test_what_is_under_way_can_still_be_changed(tried):
    assert tried("planner", "DELETE FROM code_register WHERE code = 'd1'") == 1
    assert tried("planner", "UPDATE code_register SET state = 'retired' WHERE state = 'valid'") == 1
    assert tried("publisher", "UPDATE release SET state = 'accepted', receipt_note = 'x'") == 1
    assert tried("publisher", "UPDATE release_item SET result = 'accepted'") == 1
    assert tried("publisher", "DELETE FROM handover_log") == 1
    assert "only to be added to" in tried("planner", "UPDATE handover_log SET note = 'y'")
    assert "not rewritten" in tried("planner", "UPDATE release SET state = 'accepted'")
    new = "INSERT INTO release (number, state) VALUES ('R0008', 'frozen'); "
    assert tried("planner", new + "DELETE FROM release WHERE number = 'R0008'") == 1


def test_nobody_moves_rows_into_a_release_that_was_handed_over(tried):
    new = "INSERT INTO release (number, state) VALUES ('R0008', 'frozen'); "
    new += "INSERT INTO release_item (release_number, layer, row_key) VALUES ('R0008', 'x', 'y'); "
    moved = f"UPDATE release_item SET release_number = '{RELEASE}' WHERE row_key = 'y'"
    for role in ("planner", "publisher"):
        assert "not rewritten" in tried(role, new + moved), role
        assert tried(role, new + "UPDATE release_item SET content = '[]' WHERE row_key = 'y'") == 1, role


def test_what_was_not_handed_over_is_neither_accepted_nor_in_force(tried):
    new = "INSERT INTO release (number, state) VALUES ('R0008', 'frozen'); UPDATE release SET state = "
    for role in ("planner", "publisher"):
        for state in ("accepted", "rejected", "in_force", "superseded"):
            assert "not handed over" in tried(role, f"{new} '{state}' WHERE number = 'R0008'"), (role, state)
        assert tried(role, f"{new} 'handed_over' WHERE number = 'R0008'") == 1
        assert tried(role, f"{new} 'draft' WHERE number = 'R0008'") == 1


def test_a_release_does_not_come_into_being_as_accepted_or_in_force(tried):
    new = "INSERT INTO release (number, state) VALUES ('R0008', %s)"
    for role in ("planner", "publisher"):
        for state in ("'handed_over'", "'accepted'", "'rejected'", "'in_force'", "'superseded'", "NULL"):
            assert "not handed over" in tried(role, new % state), (role, state)
        assert tried(role, new % "'frozen'") == 1
    assert tried("owner", new % "'in_force'") == 1, "a workspace that is copied"


def test_nothing_is_answered_before_it_is_handed_over(tried):
    new = "INSERT INTO release (number, state{}) VALUES ('R0008', 'frozen'{}); "
    item = "INSERT INTO release_item (release_number, layer, row_key{}) VALUES ('R0008', 'x', 'y'{}); "
    plain, its = new.format("", ""), item.format("", "")
    for role in ("planner", "publisher"):
        for column in ("receipt_at", "receipt_note"):
            assert "not handed over" in tried(role, new.format(f", {column}", ", 'x'")), (role, column)
            for state in ("frozen", "handed_over"):
                set_both = f"UPDATE release SET state = '{state}', {column} = 'x' WHERE number = 'R0008'"
                assert "not handed over" in tried(role, plain + set_both), (role, column, state)
        for column in ("result", "reason"):
            assert "not handed over" in tried(role, plain + item.format(f", {column}", ", 'x'")), (role, column)
            answered = f"UPDATE release_item SET {column} = 'x' WHERE release_number = 'R0008'"
            assert "not handed over" in tried(role, plain + its + answered), (role, column)
        assert tried(role, plain + its + "UPDATE release SET state = 'handed_over' WHERE number = 'R0008'") == 1


def test_a_release_that_was_handed_over_has_a_state_for_ever(tried):
    for role in ("planner", "publisher"):
        assert "not rewritten" in tried(role, f"UPDATE release SET state = NULL WHERE number = '{RELEASE}'"), role


def test_a_code_whose_end_was_handed_over_stays_ended(tried):
    code = f"(SELECT row_key FROM release_item WHERE release_number = '{RELEASE}')"
    ended, again = (
        f"UPDATE code_register SET state = '{state}' WHERE kind = 'unit_grid' AND code = {code}; "
        for state in ("retired", "valid")
    )
    later = "INSERT INTO release (number, scheme, state) VALUES ('R0008', 'cg', 'frozen'); "
    later += "INSERT INTO release_item (release_number, layer, row_key) VALUES ('R0008', 'unit_grid', 'other'); "
    handed_over = later + "UPDATE release SET state = 'handed_over' WHERE number = 'R0008'; "
    for role in ("planner", "publisher"):
        assert tried(role, ended + again) == 1, role
        assert tried(role, ended + later + again) == 1, role
        assert "its end was handed over" in tried(role, ended + handed_over + again), role


def test_a_code_that_came_without_a_state_and_was_handed_over_stays(postgis, tried, rights):
    code = f"(SELECT row_key FROM release_item WHERE release_number = '{RELEASE}')"
    set_state = f"SET search_path = {rights.schema}; UPDATE code_register SET state = %s WHERE kind = 'unit_grid'"
    postgis.run(f"{set_state % 'NULL'} AND code = {code}")
    try:
        for role in ("planner", "publisher"):
            assert "stays" in tried(role, f"DELETE FROM code_register WHERE kind = 'unit_grid' AND code = {code}")
            drafted = f"UPDATE code_register SET state = 'draft' WHERE kind = 'unit_grid' AND code = {code}"
            assert "not rewritten" in tried(role, drafted)
    finally:
        postgis.run(set_state % "'valid'" + f" AND code = {code}")


def test_an_unfinished_successor_gives_way_and_the_others_stay(tried):
    """As a save does in which a draft vanishes that retired codes name."""
    for new in ("'v1'", "'v1,x,y'", "'x,v1'"):
        assert tried("planner", f"UPDATE code_register SET successors = {new} WHERE code = 'r2'") == 1, new


def test_a_retired_code_that_comes_into_use_again_leaves_its_entry_in_the_log(tried, rights):
    login = login_of(rights.schema, "planner")
    before = "before::json ->> 'reason', before::json ->> 'changed_by'"
    told = f"; SELECT gesture, row_key, changed_by, {before} FROM change_log"
    last = f"{told} ORDER BY fid DESC LIMIT 1"
    entry = ("r1|lane", f"({login})", "merge", "甲")
    again = "UPDATE code_register SET state = 'valid', reason = NULL, changed_by = '乙' WHERE code = 'r1'"
    assert tried("planner", again + last) == [("revive_code", *entry)]
    gone = "UPDATE code_register SET state = 'valid' WHERE code = 'r1'; DELETE FROM code_register WHERE code = 'r1'"
    assert tried("planner", gone + last) == [("remove_code", *entry)]
    assert (
        tried("planner", f"DELETE FROM code_register WHERE code = 'd1'{told} WHERE table_name = 'code_register'")
        == []
    )


def test_nobody_adds_a_scheme_by_a_right_to_all_functions(postgis, rights, tried):
    functions = f"ALL FUNCTIONS IN SCHEMA {rights.schema}"
    postgis.run(f"GRANT EXECUTE ON {functions} TO PUBLIC")
    try:
        for role in ("viewer", "publisher", "auditor"):
            assert "for planners" in tried(role, "SELECT add_scheme_column('rg_zz')"), role
        for role in ("planner", "owner"):
            assert tried(role, "SELECT add_scheme_column('rg_zz')") == [("",)], role
    finally:
        postgis.run(f"REVOKE EXECUTE ON {functions} FROM PUBLIC")


def test_no_entry_of_what_the_workspace_is_is_changed_but_by_its_owner(rights, tried):
    entries = WorkspaceInfo(LOCAL_FRAME, "990101").entries()
    for role in ("planner", "publisher"):
        for key in entries:
            for sql in (
                f"UPDATE workspace_info SET value = '1' WHERE key = '{key}'",
                f"DELETE FROM workspace_info WHERE key = '{key}'",
            ):
                assert "who owns" in tried(role, sql), (role, sql)
        noted = "INSERT INTO workspace_info (key, value) VALUES ('last_check', '1'); "
        assert tried(role, noted + "UPDATE workspace_info SET value = '2' WHERE key = 'last_check'") == 1
        assert "who owns" in tried(
            role, noted + "UPDATE workspace_info SET key = 'working_copy' WHERE key = 'last_check'"
        )
        assert tried(role, noted + "DELETE FROM workspace_info WHERE key = 'last_check'") == 1
    assert tried("owner", "UPDATE workspace_info SET value = '1' WHERE key = 'county_name'") == 1


def test_the_log_names_the_login_beside_the_name(tried, rights):
    login = login_of(rights.schema, "planner")
    for name, logged in (("'王工'", f"王工 ({login})"), ("NULL", f"({login})")):
        sql = f"INSERT INTO change_log (changed_by) VALUES ({name}) RETURNING changed_by"
        assert tried("planner", sql) == [(logged,)]


def test_nobody_signs_a_line_as_somebody_else(tried, rights):
    login = login_of(rights.schema, "planner")
    for typed, logged in (
        ("王工 (li)", f"王工 （li） ({login})"),
        ("王工\u202e\u200b\n", f"王工 ({login})"),
        ("王" * 500, "王" * 100 + f" ({login})"),
    ):
        sql = f"INSERT INTO change_log (changed_by) VALUES ('{typed}') RETURNING changed_by"
        assert tried("planner", sql) == [(logged,)]


def test_nobody_dates_a_line_further_than_a_day_from_the_servers_clock(tried):
    between = "localtimestamp - interval '%s' AND localtimestamp + interval '%s'"
    for dated in ("'2020-01-01T00:00:00'", "'2099-01-01T00:00:00'", "NULL", "'neulich'", "''"):
        for role in ("planner", "publisher"):
            sql = f"INSERT INTO change_log (changed_at) VALUES ({dated}) RETURNING changed_at::timestamp BETWEEN "
            assert tried(role, sql + between % (("1 day 1 minute",) * 2)) == [(True,)], (role, dated)
    ((zone,),) = tried.run("SELECT current_setting('timezone')")
    ago = f"(clock_timestamp() AT TIME ZONE '{zone}') - changed_at::timestamp"
    elsewhere = "SET LOCAL timezone = 'Pacific/Kiritimati'; INSERT INTO change_log (changed_at) VALUES ('2099')"
    assert tried("planner", f"{elsewhere} RETURNING abs(extract(epoch FROM {ago})) < 60") == [(True,)]
    told = "to_char(localtimestamp - interval '%s', 'YYYY-MM-DD\"T\"HH24:MI:SS')"
    for ago in ("0", "5 hours", "-8 hours", "23 hours"):
        kept = told % ago
        sql = f"INSERT INTO change_log (changed_at) VALUES ({kept}) RETURNING changed_at = {kept}"
        assert tried("planner", sql) == [(True,)], ago
    old = "INSERT INTO change_log (changed_at) VALUES ('2020-01-01T00:00:00') RETURNING changed_at"
    assert tried("owner", old) == [("2020-01-01T00:00:00",)], "a workspace that is copied"


def test_lines_keep_their_order_when_some_are_dated_anew(tried):
    rows = ", ".join(f"('{at}')" for at in ("2019-01-01T00:00:00", "2020-01-01T00:00:00", "2099-01-01T00:00:00"))
    lines = tried("planner", f"INSERT INTO change_log (changed_at) VALUES {rows} RETURNING changed_at")
    assert lines == sorted(lines)


def test_a_function_that_lends_the_owners_rights_lifts_no_guard(postgis, rights, tried):
    schema = rights.schema
    lends = f"RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = {schema}"
    for number, (sql, told) in enumerate((*ONLY_GROWS, ("TRUNCATE take_back", "not to be emptied"))):
        name = f"{schema}.lent_{number}()"
        postgis.run(f"CREATE FUNCTION {name} {lends} AS $${sql}$$", user=login_of(schema, "owner"))
        try:
            assert told in tried("planner", f"SELECT {name}"), sql
        finally:
            postgis.run(f"DROP FUNCTION {name}")


def test_nothing_slips_into_a_release_while_it_is_handed_over(postgis, rights):
    """Who began before it was handed over and ends after it."""
    schema = rights.schema
    number = "R0019"
    postgis.run(f"INSERT INTO {schema}.release (number, state) VALUES ('{number}', 'frozen')")
    added = f"INSERT INTO {schema}.release_item (release_number, layer, row_key) VALUES ('{number}', 'x', 'y')"
    handed = f"UPDATE {schema}.release SET state = 'handed_over' WHERE number = '{number}'"
    try:
        with closing(postgis.connect(user=login_of(schema, "planner"))) as planner:
            planner.cursor().execute(added)
            with pytest.raises(Exception, match="lock timeout"):
                postgis.run(f"SET lock_timeout = 100; {handed}", user=login_of(schema, "publisher"))
            planner.rollback()
        postgis.run(handed, user=login_of(schema, "publisher"))
        assert postgis.run(f"SELECT count(*) FROM {schema}.release_item WHERE release_number = '{number}'") == [(0,)]
    finally:
        postgis.run(f"DELETE FROM {schema}.release WHERE number = '{number}'")


def test_what_is_refused_is_told_in_a_sentence_of_the_plugins_own(rights, tried, granted_by_habit):
    place = PostgresLocation("grids", rights.schema, "127.0.0.1")
    code = f"(SELECT row_key FROM release_item WHERE release_number = '{RELEASE}')"
    ended_and_handed_over = (
        f"UPDATE code_register SET state = 'retired' WHERE kind = 'unit_grid' AND code = {code};"
        " INSERT INTO release (number, scheme, state) VALUES ('R0008', 'cg', 'frozen');"
        " INSERT INTO release_item (release_number, layer, row_key) VALUES ('R0008', 'unit_grid', 'other');"
        " UPDATE release SET state = 'handed_over' WHERE number = 'R0008';"
        f" UPDATE code_register SET state = 'valid' WHERE kind = 'unit_grid' AND code = {code}"
    )
    tried.run(f"GRANT EXECUTE ON FUNCTION {rights.schema}.add_scheme_column(text) TO {rights.schema}_viewer")
    tries = [
        *(("planner", sql) for sql, _ in ONLY_GROWS),
        ("planner", "TRUNCATE take_back"),
        ("planner", ended_and_handed_over),
        ("planner", "INSERT INTO release (number, state) VALUES ('R0008', 'in_force')"),
        ("viewer", "SELECT add_scheme_column('rg_zz')"),
    ]
    codes = set()
    for role, sql in tries:
        tried(role, sql)
        error = statement_error(tried.refused[-1], place, writable=True)
        codes.add(error.code)
        for language in ("zh", "en"):
            assert place.label in error.text(language), sql
            about = error.message.details["object"]
            assert about == "–" or about in error.text(language), sql
    file = resource_path("schema/roles.sql").read_text(encoding="utf-8")
    assert codes == set(re.findall(r"CONSTRAINT = '(\w+)'", file))
