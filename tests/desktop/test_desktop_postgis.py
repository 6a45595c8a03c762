"""A workspace in a database, opened through the dialog in a real QGIS window with real clicks."""

from __future__ import annotations

from pathlib import Path

import pytest
from qgis.PyQt.QtGui import QImage

from gridmgmt_plugin.gui.opening.sample import WORKSPACE
from gridmgmt_plugin.gui.opening.sample_words import english as in_english
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.copied_workspace import copy_workspace
from tests.postgis_cluster import DATABASE

pytestmark = pytest.mark.proof

SCHEMA, USER, PASSWORD = "chenghu", "chengguan", "ge_heim-2026"
WITHOUT_ANSWER_LIMIT_MS = 1500


@pytest.fixture(scope="module")
def district(postgis, sample):
    """The sample district in a database that lets its planner in with a password."""
    workspace = copy_workspace(Workspace.open(sample / WORKSPACE), postgis.location(SCHEMA))
    postgis.run(f"CREATE ROLE {USER} LOGIN PASSWORD %s IN ROLE locked", (PASSWORD,))
    postgis.run(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {USER}")
    postgis.run(f"GRANT ALL ON ALL TABLES IN SCHEMA {SCHEMA} TO {USER}")
    yield workspace
    postgis.drop(SCHEMA)
    postgis.run(f"DROP OWNED BY {USER}")
    postgis.run(f"DROP ROLE {USER}")


def _run(desktop, district, locale, name):
    given = {"port": district.location.port, "database": DATABASE, "schema": SCHEMA, "user": USER}
    return desktop("postgis.py", locale, name=name, password=PASSWORD, **given)


@pytest.fixture(scope="module")
def chinese(desktop, district):
    return _run(desktop, district, "zh-Hans", "zh")


@pytest.fixture(scope="module")
def english(desktop, district):
    name = district.info.county_name
    _call_it(district, in_english(name))  # the list of the dialog is a picture of the manual
    yield _run(desktop, district, "en_US", "en")
    _call_it(district, name)


def _call_it(district, name):
    with district.transaction("", "test") as transaction:
        transaction.set_info("county_name", name)


@pytest.fixture(params=["chinese", "english"])
def seen(request):
    return request.getfixturevalue(request.param)


def test_the_dialog_lists_qgis_connections_and_the_workspaces_of_one(seen):
    assert len(seen["connections"]) == 3
    assert seen["listed"][2] == SCHEMA
    assert seen["listed"][0]


def test_a_server_that_is_away_is_told_in_the_readers_language(seen, request):
    words = {"chinese": "连不上数据库服务器", "english": "cannot be reached"}
    assert words[request.node.callspec.params["seen"]] in seen["away"]


def test_qgis_asks_for_the_password_once(seen):
    assert seen["login"]["times"] == 1


def test_a_double_click_opens_everything_through_qgis_database_provider(seen, district):
    assert seen["dialog_closed"]
    assert seen["providers"] == ["postgres"]
    assert seen["layers"]["unit_grid"] == district.count("unit_grid")
    assert seen["layers"]["cases"] == district.count("cases") > 0
    assert seen["places"] == seen["back"] > 600


def test_no_password_is_in_any_layer_or_parameter(seen):
    assert not [source for source in seen["sources"] if PASSWORD in source]
    assert not [text for text in seen["dialog_texts"] if PASSWORD in text]


def test_the_window_answers_while_the_database_is_asked(seen):
    # Painting under a screenshot counts as well; a connection that is waited for would take seconds.
    assert seen["longest_wait_ms"] < WITHOUT_ANSWER_LIMIT_MS


def test_a_form_offers_an_office_that_is_entered_and_not_saved(seen, district):
    offices = set(district.read("department")["name"])
    assert seen["offices_offered"]
    assert all(offices < set(offered) for offered in seen["offices_offered"])
    assert seen["office_chosen"]


def test_an_edit_saved_in_qgis_is_in_the_database(seen):
    assert seen["edited"] == "改名巷"


def test_a_check_runs_on_the_database_which_is_named_in_words(seen):
    assert any(f"{DATABASE}/{SCHEMA} @ 127.0.0.1" in text for text in seen["dialog_texts"])
    assert not any("postgresql://" in text for text in seen["dialog_texts"])
    assert len(seen["checked"]) == 1


def test_it_comes_back_from_the_recent_ones_without_asking_again(seen):
    assert seen["closed"] == []
    assert seen["recent"][0].startswith(seen["listed"][0]), "by the name of its county"


def test_qgis_ends_in_good_order_and_shows_pictures(seen):
    assert seen["exit_code"] == 0
    pictures = [value for key, value in seen.items() if key.startswith("screenshot:")]
    assert len(pictures) >= 5
    assert not [picture for picture in pictures if QImage(str(Path(picture))).isNull()]
