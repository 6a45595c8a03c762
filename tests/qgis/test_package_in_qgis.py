"""A package opened in QGIS shows what the workspace holds: rows, codes, Chinese text, geometries, frame."""

from __future__ import annotations

from datetime import datetime

import pytest
import shapely
from qgis.core import QgsVectorLayer

from gridmgmt_plugin.jobs.handover.export_package import export_package
from tests.jobs.package_workspace import EPSG_FRAME, LOCAL_FRAME, make_workspace

KEYS = {"area": "AreaCode", "unit_grid": "BGID", "responsibility_grid": "RGCode", "lane": "LaneCode"}
NAMES = {"area": "AreaName", "unit_grid": "BGName", "responsibility_grid": "RGName", "lane": "LaneName"}


@pytest.fixture(scope="module", params=["epsg-UTF-8", "epsg-GBK", "local-GBK"])
def delivered(request, tmp_path_factory):
    frame, _, encoding = request.param.partition("-")
    base = tmp_path_factory.mktemp("移交 成果")
    workspace = make_workspace(base / "库.gpkg", EPSG_FRAME if frame == "epsg" else LOCAL_FRAME)
    formats = ("shp", "gpkg", "geojson") if frame == "epsg" else ("shp", "gpkg")
    now = datetime(2026, 3, 2)
    return workspace, export_package(workspace, scheme="cg", folder=base, formats=formats, encoding=encoding, now=now)


@pytest.mark.daily(2)
@pytest.mark.parametrize("suffix", ["shp", "gpkg", "geojson"])
@pytest.mark.parametrize("name", sorted(KEYS))
def test_a_layer_opens_with_all_it_should_hold(delivered, name, suffix):
    workspace, report = delivered
    path = report.manifest.parent / f"{name}.{suffix}"
    if suffix == "geojson" and workspace.info.frame.is_local:
        assert not path.exists()
        return
    layer = QgsVectorLayer(str(path), name, "ogr")
    assert layer.isValid()
    rows = workspace.read(name)
    assert layer.featureCount() == len(rows)
    found = {feature[KEYS[name]]: feature for feature in layer.getFeatures()}
    for code, text, geometry in zip(rows["code"], rows["name"], rows.geometry):
        assert found[code][NAMES[name]] == text
        if suffix != "geojson":
            shape = shapely.from_wkb(bytes(found[code].geometry().asWkb()))
            assert shape.equals(geometry)
        else:
            assert found[code].geometry().isGeosValid()
    wanted = {"geojson": "EPSG:4326"}.get(suffix, "EPSG:4548")
    if not workspace.info.frame.is_local:
        assert layer.crs().authid() == wanted
    else:
        assert not layer.crs().authid().startswith("EPSG")


@pytest.mark.proof
def test_the_outlines_of_the_changes_open_layer_by_layer(delivered):
    _, report = delivered
    for name in KEYS:
        layer = QgsVectorLayer(f"{report.manifest.parent / 'changes.gpkg'}|layername={name}", name, "ogr")
        assert layer.isValid()
        assert layer.featureCount() == report.changes[name]["added"]


def test_tables_open_as_text_without_losing_leading_digits(delivered):
    _, report = delivered
    path = report.manifest.parent / "responsibility.csv"
    layer = QgsVectorLayer(f"{path.as_uri()}?delimiter=,&detectTypes=no&encoding=UTF-8", "t", "delimitedtext")
    assert layer.isValid()
    assert layer.featureCount() == 16
    assert {len(feature["unit_grid"]) for feature in layer.getFeatures()} == {15}


def test_opening_a_package_in_qgis_changes_no_file(delivered):
    import hashlib
    import json

    _, report = delivered
    for name in KEYS:
        for suffix in ("shp", "gpkg"):
            QgsVectorLayer(str(report.manifest.parent / f"{name}.{suffix}"), name, "ogr").featureCount()
    for entry in json.loads(report.manifest.read_text(encoding="utf-8"))["files"]:
        content = (report.manifest.parent / entry["path"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
