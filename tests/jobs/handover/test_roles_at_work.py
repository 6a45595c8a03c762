"""Each role of a workspace in a database does its work with the rights of the shipped SQL, and no other's."""

from __future__ import annotations

import numpy as np
import pytest

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.package.receipt_file import read_receipt
from gridmgmt_plugin.jobs.checks.validate_workspace import validate_workspace
from gridmgmt_plugin.jobs.handover.deliver_postgis import deliver_postgis
from gridmgmt_plugin.jobs.handover.deliveries import enter_numbers
from gridmgmt_plugin.jobs.handover.import_receipt import import_receipt
from gridmgmt_plugin.jobs.handover.release_acts import act_on_release
from gridmgmt_plugin.jobs.people.ask_place import Where, ask_place
from gridmgmt_plugin.jobs.people.export_posts import export_posts
from gridmgmt_plugin.jobs.responsibility.scheme_acts import create_scheme
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.light.state import read_state
from gridmgmt_plugin.workspace.light.summary import read_summary
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.database_roles import login_of, logins, set_rights
from tests.jobs.handover.exports import export
from tests.jobs.package_workspace import COMMUNITIES, make_workspace

UNIT = f"{COMMUNITIES[0]}003"


@pytest.fixture(scope="module")
def schema(postgis):
    """Return the schema of a workspace that everybody works on here, one after the other."""
    place = postgis.location()
    make_workspace(place)
    set_rights(postgis, place.schema)
    with logins(postgis, place.schema):
        yield place.schema


@pytest.fixture
def as_role(postgis, schema):
    """Return the function that opens the workspace as a role."""
    return lambda role: Workspace.open(postgis.location(schema, user=login_of(schema, role)))


def refused(deed, *given, **named):
    with pytest.raises(WorkspaceError) as caught:
        deed(*given, **named)
    return caught.value.code


def _rename(workspace, name):
    fid = workspace.read("unit_grid", ["code"], {"code": UNIT}, geometry=False).fids
    with workspace.transaction("王示例", "rename") as transaction:
        transaction.update("unit_grid", Rows({"name": as_column([name])}, None, np.asarray(fid)))


def test_a_planner_saves_adds_a_scheme_takes_it_back_and_hands_over(as_role, schema, folder):
    planner = as_role("planner")
    planner.probe()
    _rename(planner, "甲")
    assert planner.read("unit_grid", ["name"], {"code": UNIT}, geometry=False)["name"].tolist() == ["甲"]
    create_scheme(planner, "zz", "综治", author="王示例")
    assert "rg_zz" in planner.read("unit_grid", geometry=False).columns
    take_back_last(planner, "王示例")
    names = planner.read("change_log", ["changed_by"], geometry=False)["changed_by"].tolist()
    assert set(names) == {f"王示例 ({login_of(schema, 'planner')})"}
    report = export(planner, folder)
    assert refused(act_on_release, planner, report.release, "accept") == "rights_handed_over"
    before = read_state(planner.location).changed
    for state in ("retired", "valid"):
        fid = planner.read("code_register", ["code"], {"code": UNIT, "kind": "unit_grid"}, geometry=False).fids
        with planner.transaction("王示例", "merge") as transaction:
            transaction.update("code_register", Rows({"state": as_column([state])}, None, np.asarray(fid)))
    assert "revive_code" in planner.read("change_log", ["gesture"], geometry=False)["gesture"].tolist()
    assert read_state(planner.location).changed == before, "what the server notes about codes is no change since"


def test_a_publisher_hands_over_delivers_and_enters_the_answer_but_draws_nothing(
    as_role, postgis, schema, folder, tmp_path
):
    publisher = as_role("publisher")
    report = export(publisher, folder, with_contacts=True)
    front = schema + "_front"
    postgis.run(f"CREATE SCHEMA {front} AUTHORIZATION {schema}_publisher")
    try:
        target = str(postgis.location(user=login_of(schema, "publisher")))
        deliver_postgis(publisher, release=report.release, target=target, schema=front)
    finally:
        postgis.drop(front)
    (tmp_path / "回执.csv").write_text("图层,编码,结果,原因\n*,*,成功,\n", encoding="utf-8")
    import_receipt(publisher, read_receipt(str(tmp_path / "回执.csv")), report.release, author="李示例")
    assert publisher.read("release", ["state"], {"number": report.release})["state"].tolist() == ["accepted"]
    take_back_last(publisher, "李示例")
    assert refused(publisher.probe) == "postgres_no_right_to_write"
    assert refused(_rename, publisher, "乙") == "postgres_no_right_to_write"


def test_a_publisher_enters_the_numbers_that_a_receiver_gives_and_those_it_gives_anew(as_role):
    publisher, mine = as_role("publisher"), {"receiver": "企业微信"}
    for number in ("grid_1", "grid_9"):
        assert enter_numbers(publisher, "企业微信", {UNIT: number}, {UNIT}, author="李示例") == 1
    assert publisher.read("external_code", where=mine, geometry=False)["external_key"].tolist() == ["grid_9"]
    for _ in range(2):
        take_back_last(publisher, "李示例")
    assert not publisher.count("external_code", mine)


def test_a_viewer_looks_asks_and_checks_and_is_told_that_nothing_can_be_saved(as_role, tmp_path):
    viewer = as_role("viewer")
    assert len(read_summary(viewer.location).places) > 10
    answer = ask_place(viewer, Where(table="unit_grid", code=UNIT), at="2026-03-03 10:00")
    people = [person for place in answer.places for person in place.people]
    assert people
    assert not any(person.phones for person in people)
    validate_workspace(viewer)
    export_posts(viewer, tmp_path, target="responsibility_grid", scheme="cg")
    told = refused(export_posts, viewer, tmp_path, target="lane", with_contacts=True)
    assert told == "postgres_not_permitted"
    assert refused(viewer.probe) == "postgres_no_right_to_write"
    assert refused(_rename, viewer, "乙") == "postgres_no_right_to_write"
    assert refused(create_scheme, viewer, "yy", "园林") == "postgres_no_right_to_write"


def test_an_auditor_reads_the_logs_and_no_contacts(as_role):
    auditor = as_role("auditor")
    for table in ("change_log", "code_register", "release", "handover_log", "take_back"):
        auditor.read(table, geometry=False)
    assert not auditor.may_see("contact")
    assert refused(auditor.read, "contact") == "postgres_not_permitted"
    assert refused(auditor.probe) == "postgres_no_right_to_write"


@pytest.mark.proof
def test_who_sees_contacts_knows_it_whatever_is_granted_by_habit(as_role, postgis, schema):
    postgis.run(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO PUBLIC")
    try:
        found = {role: as_role(role).may_see("contact") for role in ("owner", "planner", "publisher", "viewer")}
    finally:
        postgis.run(f"REVOKE SELECT ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC")
    assert found == {"owner": True, "planner": True, "publisher": True, "viewer": False}
