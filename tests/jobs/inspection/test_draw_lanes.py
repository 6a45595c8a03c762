"""Lanes drawn for a round: a sheet and a layer that come back through the import as they went out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.inspection.draw_lanes import draw_lanes, survey_columns
from gridmgmt_plugin.jobs.inspection.import_inspections import import_inspections
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import town
from tests.jobs.inspection.inspected_lanes import TEN, town_with_lanes
from tests.jobs.people.places_of_workspaces import either_place  # noqa: F401  a fixture


def test_the_draw_is_the_same_in_file_and_database_and_again(either_place, tmp_path):  # noqa: F811  the fixture
    workspace = town_with_lanes(tmp_path, either_place)
    first, again = (draw_lanes(workspace, count=2, seed=7).rows for _ in range(2))
    assert first["lane_code"].tolist() == again["lane_code"].tolist()
    assert {str(code)[:9] for code in first["lane_code"]} == {"990101001", "990101002"}
    assert set(first.columns) == set(survey_columns(TEN))


@pytest.mark.parametrize("by", [(), ("office", "community", "road_class", "standing")])
def test_without_a_count_every_lane_is_taken(tmp_path, by):
    found = draw_lanes(town_with_lanes(tmp_path), by=by)
    assert (found.report.accepted, found.report.figures["lanes"]) == (4, 4)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_sheet_is_filled_in_and_comes_back(tmp_path, language):
    workspace = town_with_lanes(tmp_path)
    found = draw_lanes(workspace, kind="市查", folder=tmp_path, language=language)
    (name,) = found.report.figures["files"]
    source = read_source(tmp_path / name, as_written=True)
    assert len(source) == 4
    for item in TEN.items:
        source.rows.columns[item.title(language)][:2] = "√"
    report = import_inspections(workspace, source, inspected_on="2025-03-05")
    assert (report.accepted, report.reasons) == (2, {"inspection_nothing_judged": 2})
    assert set(workspace.read("lane_inspection")["kind"]) == {"市查"}
    with pytest.raises(InputError) as refused:
        draw_lanes(workspace, folder=tmp_path, language=language)
    assert refused.value.code == "export_files_exist"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"by": ("colour",)}, "draw_stratum_unknown"),
        ({"count": 0}, "draw_nothing"),
        ({"with_pages": True}, "draw_pages_nowhere"),
    ],
)
def test_what_cannot_be_drawn_is_refused(tmp_path, given, code):
    with pytest.raises(InputError) as refused:
        draw_lanes(town_with_lanes(tmp_path), **given)
    assert refused.value.code == code


def test_a_lane_that_begins_later_or_has_ended_is_not_drawn(tmp_path):
    workspace = town_with_lanes(tmp_path)
    today = date.today()
    with workspace.transaction("", "test") as transaction:
        lanes = workspace.read("lane", geometry=False)
        begins = [(today + timedelta(days=30)).isoformat(), *lanes["valid_from"].tolist()[1:]]
        ends = [None, (today - timedelta(days=1)).isoformat(), today.isoformat(), None]
        transaction.update("lane", lanes.with_columns(valid_from=begins, valid_to=ends), derived=True)
    assert draw_lanes(workspace, by=()).rows["lane_code"].tolist() == lanes["code"].tolist()[2:]


def test_a_town_without_lanes_is_called_by_its_title(tmp_path):
    workspace = town(tmp_path)
    with workspace.transaction("", "test") as transaction:
        transaction.set_info("county_name", "示例区")
    with pytest.raises(WorkspaceError) as refused:
        draw_lanes(Workspace.open(workspace.location))
    assert "示例区" in refused.value.text("zh_CN")
