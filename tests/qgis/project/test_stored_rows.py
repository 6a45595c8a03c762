"""A layer whose rows something else has written shows them, and its file is opened for that once."""

from __future__ import annotations

import shapely
from osgeo import gdal

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.project.layers import open_layers
from gridmgmt_plugin.project.stored_rows import show_stored
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.workspace_window import build_workspace


def test_new_rows_are_shown_and_counted_after_one_opening(tmp_path):
    workspace = Workspace.open(build_workspace(tmp_path / "示例 库.gpkg"))
    layer = open_layers(workspace, "zh_CN")["component"]
    before = layer.featureCount()
    with workspace.transaction("测试", "test") as transaction:
        transaction.insert("component", Rows.from_records([{"code": "P99"}], as_column([shapely.Point(5, 5)])))
    told = []
    debug = gdal.GetConfigOption("CPL_DEBUG")
    gdal.SetConfigOption("CPL_DEBUG", "GDAL")
    gdal.PushErrorHandler(lambda _, __, text: told.append(text) if text.startswith("GDAL: GDALOpen(") else None)
    show_stored(layer)
    gdal.PopErrorHandler()
    gdal.SetConfigOption("CPL_DEBUG", debug)
    assert layer.featureCount() == before + 1
    assert "P99" in {feature["code"] for feature in layer.getFeatures()}
    assert len(told) == 1
