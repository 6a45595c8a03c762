"""The rows around a gesture are what QGIS itself would give, with all that waits to be saved."""

from __future__ import annotations

import pytest
import shapely
from qgis.core import QgsFeature, QgsFeatureRequest, QgsGeometry, QgsRectangle

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.editing.gestures.buffered_rows import rows_within
from gridmgmt_plugin.project.attributes import field
from tests.qgis.editing.gestures.edited_grid import EAST, WEST, X0, Y0, cell_bounds, split_square

pytestmark = pytest.mark.parametrize("back_end", ["geopackage", "postgis"])
AROUND = QgsRectangle(X0 + 10, Y0 + 10, X0 + 190, Y0 + 190)  # four cells of the western half
FAR = (X0 + 1000, Y0 + 1000)


def box(x, y, side=50.0) -> QgsGeometry:
    geometry = QgsGeometry()
    geometry.fromWkb(shapely.to_wkb(shapely.box(x, y, x + side, y + side)))
    return geometry


def fid_of(layer, code: str) -> int:
    return next(f.id() for f in layer.getFeatures() if f["code"] == code)


def told(features):
    return sorted((f.id(), f.geometry().asWkt(3), [str(value) for value in f.attributes()]) for f in features)


def as_qgis_has_them(layer):
    return told(layer.getFeatures(QgsFeatureRequest(AROUND)))


def add(layer, geometry, code):
    feature = QgsFeature(layer.fields())
    feature.setGeometry(geometry)
    feature["code"] = code
    assert layer.addFeature(feature)


def test_nothing_is_edited(editor, layer):
    assert told(rows_within(layer, AROUND)) == as_qgis_has_them(layer)
    assert len(rows_within(layer, AROUND)) == 4


def test_everything_is_edited(editor, layer):
    code = layer.fields().lookupField("code")
    assert layer.deleteFeature(fid_of(layer, f"{WEST}001"))
    assert layer.changeGeometry(fid_of(layer, f"{WEST}002"), box(*FAR))  # goes
    assert layer.changeGeometry(fid_of(layer, f"{EAST}001"), box(X0 + 20, Y0 + 20))  # comes
    assert layer.changeAttributeValue(fid_of(layer, f"{EAST}001"), code, "来")
    assert layer.changeAttributeValue(fid_of(layer, f"{WEST}004"), code, "改")
    assert layer.deleteFeature(fid_of(layer, f"{EAST}002"))
    add(layer, box(X0 + 60, Y0 + 60), "新")
    add(layer, box(*FAR), "远")
    found = told(rows_within(layer, AROUND))
    assert found == as_qgis_has_them(layer)
    assert {"来", "改", "新", f"{WEST}005"} == {f["code"] for f in rows_within(layer, AROUND)}


def test_a_column_that_waits_to_be_added_is_there(editor, layer):
    assert layer.addAttribute(field("more", str))
    assert told(rows_within(layer, AROUND)) == as_qgis_has_them(layer)


def test_what_was_edited_here_since_the_cells_were_read_is_refused(editor, layer):
    near = editor.neighbourhood(cell_bounds(0, 0))
    target = near.code.tolist().index(f"{WEST}001")
    assert layer.changeGeometry(int(near.fid[target]), box(X0, Y0))
    with pytest.raises(InputError) as refused:
        editor.apply(near, split_square(near, target))
    assert refused.value.code == "editing_cells_changed_meanwhile"


def test_what_a_colleague_saved_is_seen_once_the_layer_shows_it(editor, layer, workspace):
    near = editor.neighbourhood(cell_bounds(0, 0))
    target = near.code.tolist().index(f"{WEST}001")
    stored = workspace.read("unit_grid", ["code"], {"code": f"{WEST}001"})
    with workspace.transaction("李工", "save") as transaction:
        transaction.update("unit_grid", Rows({"name": as_column(["别名"])}, None, stored.fids))
    layer.reload()
    with pytest.raises(InputError) as refused:
        editor.apply(near, split_square(near, target))
    assert refused.value.code == "editing_cells_changed_meanwhile"
    near = editor.neighbourhood(cell_bounds(0, 0))
    assert near.rows["name"][near.code.tolist().index(f"{WEST}001")] == "别名"
    editor.apply(near, split_square(near, target))
