"""Components go out to a survey and come back: what was found is written in one act, conflicts are told."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import pytest
from osgeo import ogr

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.inventory.change_components import Meant, NewValues, change_components
from gridmgmt_plugin.jobs.inventory.survey_in import import_survey
from gridmgmt_plugin.jobs.inventory.survey_out import COLUMNS, export_survey
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.rehearsal import rehearsed
from tests.jobs.inventory.parts_town import CELLS, LAMP, WELL, code, parts_workspace
from tests.jobs.people.places_of_workspaces import either_place  # noqa: F401  a fixture


@pytest.fixture
def workspace(either_place):  # noqa: F811
    return parts_workspace(either_place)


@pytest.fixture
def survey(workspace, tmp_path):
    export_survey(workspace, Meant(), tmp_path / "普查.gpkg")
    return tmp_path / "普查.gpkg"


def _edit(path, edits, *, gone=(), new=()):
    """Fill the survey in as QField does: column values, places, deletions, new points."""
    data = ogr.Open(str(path), 1)
    layer = data.GetLayerByName("component")
    for feature in list(layer):
        number = feature.GetField("code")
        if number in gone:
            layer.DeleteFeature(feature.GetFID())
            continue
        for name, value in edits.get(number, {}).items():
            if name == "at":
                feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POINT ({value[0]} {value[1]})"))
            else:
                feature.SetField(name, value)
        layer.SetFeature(feature)
    for values in new:
        feature = ogr.Feature(layer.GetLayerDefn())
        for name, value in values.items():
            if name == "at":
                feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POINT ({value[0]} {value[1]})"))
            else:
                feature.SetField(name, value)
        layer.CreateFeature(feature)
    data = None


def _parts(workspace):
    parts = workspace.read("component")
    records = [{k: v for k, v in part.items() if k != "row_version"} for part in parts.records()]
    return [{**record, "at": (shape.x, shape.y)} for record, shape in zip(records, parts.shapes)]


def _of(workspace, number):
    return next(part for part in _parts(workspace) if part["code"] == number)


def test_the_layer_goes_out_twice_with_keys_and_versions_and_no_telephone(workspace, tmp_path):
    with workspace.transaction("", "test") as transaction:
        stored = workspace.read("component", ["code"], geometry=False)
        transaction.set_column("component", "note", stored.fids[:1], ["找 13800138000"])
    report = export_survey(workspace, Meant(class_prefix=WELL), tmp_path / "普查.gpkg")
    assert report.accepted == 4
    for name in ("component", "component_sent"):
        rows = read_source(tmp_path / "普查.gpkg", name).rows
        assert list(rows.columns) == list(COLUMNS)
        assert set(rows["class_code"]) == {WELL}
    export_survey(workspace, Meant(), tmp_path / "普查.gpkg")
    with closing(sqlite3.connect(tmp_path / "普查.gpkg")) as connection:
        assert "13800138000" not in "".join(map(str, connection.execute("SELECT note FROM component").fetchall()))


def test_what_was_found_is_written_in_one_act_and_comes_back_in_one(workspace, survey):
    before = _parts(workspace)
    _edit(
        survey,
        {
            code(WELL, 1): {"state": "破损", "surveyed_on": "2026-01-10"},
            code(WELL, 2): {"at": (150.0, 20.0)},
        },
        gone=[code(LAMP, 1)],
        new=[{"class_code": LAMP, "name": "新路灯", "at": (30.0, 30.0)}],
    )
    tried = import_survey(rehearsed(workspace), survey, gone="丢失")
    assert _parts(workspace) == before
    found = import_survey(workspace, survey, gone="丢失", author="王示例")
    assert (
        found.report.figures == tried.report.figures == {"new": 1, "moved": 1, "changed": 1, "gone": 1, "conflict": 0}
    )
    assert found.report.accepted == 4
    assert _of(workspace, code(WELL, 1))["state"] == "破损"
    assert _of(workspace, code(WELL, 2))["unit_grid"] == CELLS[1]
    assert _of(workspace, code(LAMP, 1))["state"] == "丢失"
    assert _of(workspace, code(LAMP, 4))["unit_grid"] == CELLS[0]
    told = dict(zip(found.rows["difference"], found.rows["difference_name"]))
    assert told == {"new": "新增", "moved": "移位", "changed": "改动", "gone": "没有带回"}
    again = import_survey(workspace, survey, gone="丢失")
    assert (again.report.accepted, len(again.rows)) == (0, 0)
    take_back_last(workspace, author="王示例")
    assert _parts(workspace) == before


def test_what_words_placed_and_the_survey_moved_is_no_longer_placed_by_words(workspace, tmp_path):
    with workspace.transaction("", "test") as transaction:
        stored = workspace.read("component", ["code"], geometry=False)
        rows = [stored["code"].tolist().index(code(WELL, number)) for number in (1, 2)]
        transaction.set_column("component", "placed_by", stored.fids[rows], ["grid", "grid"])
    export_survey(workspace, Meant(), tmp_path / "普查.gpkg")
    _edit(tmp_path / "普查.gpkg", {code(WELL, 1): {"state": "破损"}, code(WELL, 2): {"at": (150.0, 20.0)}})
    import_survey(workspace, tmp_path / "普查.gpkg")
    assert [_of(workspace, code(WELL, number))["placed_by"] for number in (1, 2)] == ["grid", None]


def test_what_changed_here_meanwhile_stays_unless_the_survey_is_to_be_followed(workspace, survey, tmp_path):
    change_components(workspace, Meant(codes=(code(WELL, 1),)), NewValues(state="丢失"), reason="巡查")
    _edit(survey, {code(WELL, 1): {"state": "破损"}, code(WELL, 3): {"name": "井"}})
    kept = import_survey(workspace, shutil.copy(survey, tmp_path / "二.gpkg"))
    assert (kept.report.figures["conflict"], kept.report.reasons) == (1, {"survey_conflict": 1})
    assert "丢失" in kept.report.rejected_rows[0].text("zh")
    assert _of(workspace, code(WELL, 1))["state"] == "丢失"
    assert _of(workspace, code(WELL, 3))["name"] == "井"
    import_survey(workspace, survey, conflicts_follow_survey=True)
    assert _of(workspace, code(WELL, 1))["state"] == "破损"


def test_a_code_that_is_borne_already_is_not_written_twice(workspace, survey):
    _edit(survey, {}, new=[{"code": code(WELL, 1), "class_code": WELL, "at": (30.0, 30.0)}])
    found = import_survey(workspace, survey)
    assert (found.report.accepted, found.report.reasons) == (0, {"survey_code_taken": 1})


@pytest.mark.proof
def test_other_files_and_names_are_refused_in_a_sentence(workspace, tmp_path):
    for deed, refusal in (
        (lambda: export_survey(workspace, Meant(), tmp_path / "普查.shp"), "survey_no_geopackage"),
        (
            lambda: export_survey(workspace, Meant(class_prefix="99"), tmp_path / "空.gpkg"),
            "survey_without_components",
        ),
        (lambda: import_survey(workspace, _other(tmp_path)), "survey_layers_missing"),
        (lambda: import_survey(workspace, _other(tmp_path), gone="没了"), "survey_gone_unknown"),
    ):
        with pytest.raises(InputError) as raised:
            deed()
        assert raised.value.code == refusal
        assert raised.value.text("zh") != raised.value.text("en")


def _other(folder):
    path = folder / "别的.gpkg"
    if not path.exists():
        made = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
        made.CreateLayer("别的", None, ogr.wkbPoint)
        made = None
    return path
