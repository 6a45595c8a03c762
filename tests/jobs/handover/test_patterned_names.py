"""A receiver whose files are named by a pattern with the day: its receipts, its front database, its interface."""

from __future__ import annotations

import csv
from datetime import timedelta

import pytest

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.exchange.package.receipt_file import read_receipt
from gridmgmt_plugin.jobs.handover.deliver_http import deliver_http
from gridmgmt_plugin.jobs.handover.deliver_postgis import deliver_postgis
from gridmgmt_plugin.jobs.handover.import_receipt import import_receipt
from tests.jobs.handover.exports import LAYERS, NOW, export
from tests.jobs.handover.test_deliver_http import AT_ONCE, HOST, Receiver
from tests.jobs.handover.test_deliver_postgis import answers
from tests.jobs.package_workspace import make_workspace

NATIONAL = {**load_json("catalogues/receiver_profiles.json")["profiles"]["national"]["profile"], "receiver": "甲"}


def receipt(folder, *lines):
    path = folder / "回执.csv"
    path.write_text("\n".join(["图层,编码,结果,原因", *lines]), encoding="utf-8")
    return read_receipt(str(path))


def results(workspace, release):
    rows = workspace.read("release_item", ["layer", "result"], {"release_number": release}, geometry=False)
    return {layer for layer, result in zip(rows["layer"], rows["result"]) if result == "accepted"}


@pytest.fixture
def released(tmp_path):
    workspace = make_workspace(tmp_path / "库.gpkg")
    folder = tmp_path / "移交"
    folder.mkdir()
    return workspace, export(workspace, folder, profile=NATIONAL, formats=None, encoding=None), folder


@pytest.mark.parametrize("named", ["990101_{}_20260302", "990101_{}_20260302.shp", "990101_{}_20260302.DBF", "{}"])
@pytest.mark.proof
def test_a_receipt_names_layers_by_the_files_that_came_with_or_without_their_ending(released, tmp_path, named):
    workspace, _, _ = released
    lines = [f"{named.format(layer)},*,通过," for layer in LAYERS]
    report = import_receipt(workspace, receipt(tmp_path, *lines), "r0001")
    assert report.rejected == 0
    assert results(workspace, "r0001") == set(LAYERS)


OWN_FIELDS = {"receiver": "乙", "every_file": "{county}_{layer}", "fields": {"unit_grid": {"BGID": "WGBM"}}}


@pytest.mark.parametrize(
    ("profile", "key"), [(OWN_FIELDS, "WGBM"), (OWN_FIELDS, "wgbm"), ({"receiver": "乙"}, "BGID")]
)
def test_a_receipt_may_call_the_code_as_the_field_that_came(tmp_path, profile, key):
    workspace = make_workspace(tmp_path / "库.gpkg")
    export(workspace, tmp_path, profile=profile)
    codes = workspace.read("unit_grid", ["code"], geometry=False)["code"].tolist()
    path = tmp_path / "退回.csv"
    path.write_text(
        "\n".join([f"图层,{key},名称,结果,原因", f"unit_grid,{codes[0]},甲,不通过,面积不符"]), encoding="utf-8"
    )
    report = import_receipt(workspace, read_receipt(str(path)), "r0001")
    assert (report.figures["rejected"], report.rejected) == (1, 0)
    rows = workspace.read("release_item", ["row_key", "reason"], {"result": "rejected"}, geometry=False)
    assert rows.records() == [{"row_key": codes[0], "reason": "面积不符"}]


@pytest.mark.proof
def test_a_later_release_has_names_of_its_own_day(released, tmp_path):
    workspace, _, folder = released
    later = export(workspace, folder, profile=NATIONAL, formats=None, encoding=None, now=NOW + timedelta(days=1))
    assert (later.manifest.parent / "990101_unit_grid_20260303.shp").exists()
    report = import_receipt(workspace, receipt(tmp_path, "990101_unit_grid_20260303,*,通过,"), "r0002")
    assert (report.rejected, results(workspace, "r0002")) == (0, {"unit_grid"})
    with pytest.raises(InputError) as refused:
        import_receipt(workspace, receipt(tmp_path, "990101_lane_20260303,*,通过,"), "r0001")
    assert refused.value.code == "receipt_of_nothing"


def test_the_package_goes_over_the_web_layer_by_layer(released):
    workspace, report, _ = released
    other = Receiver()
    deliver_http(workspace, package=str(report.package), target=HOST, transport=other, patience=AT_ONCE)
    rows = {}
    for body in other.taken.values():
        if body["layer"]:
            rows[body["layer"]] = rows.get(body["layer"], 0) + len(body["rows"])
    assert {name: rows[name] for name in LAYERS} == LAYERS
    units = [body for body in other.taken.values() if body["layer"] == "unit_grid"]
    assert units[0]["rows"][0]["properties"]["ORDate"] == "20260101"


@pytest.mark.proof
def test_the_front_database_answers_whatever_the_files_are_called(released, postgis, database_location):
    workspace, report, _ = released
    schema = database_location.schema + "_front"
    try:
        deliver_postgis(workspace, release="r0001", target=str(database_location), schema=schema)
        path = report.manifest.parent / "990101_acceptance_points_20260302.csv"
        with path.open(encoding="utf-8-sig", newline="") as stream:
            points = list(csv.DictReader(stream))
        assert points
        assert answers(postgis, schema, points) == []
    finally:
        postgis.drop(schema)
