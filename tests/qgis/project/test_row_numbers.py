"""Rows are found by their numbers where QGIS numbers the features by itself."""

from __future__ import annotations

import pytest
from qgis.core import QgsFeature, QgsVectorLayer

from gridmgmt_plugin.project.row_numbers import features_of_rows, select_rows


@pytest.fixture
def layer(qgis_app):
    """Return a layer whose rows 10, 20, 30 are QGIS's features 1, 2, 3."""
    made = QgsVectorLayer("None?field=fid:integer", "rows", "memory")
    rows = []
    for number in (10, 20, 30):
        row = QgsFeature(made.fields())
        row["fid"] = number
        rows.append(row)
    assert made.dataProvider().addFeatures(rows)[0]
    return made


def test_features_come_in_the_order_of_the_numbers_without_those_that_are_gone(layer):
    found = features_of_rows(layer, [30, 99, 10])
    assert list(found) == [30, 10]
    assert [layer.getFeature(feature)["fid"] for feature in found.values()] == [30, 10]


def test_the_rows_are_selected_and_no_others(layer):
    layer.selectAll()
    select_rows(layer, [20, 99])
    assert [feature["fid"] for feature in layer.selectedFeatures()] == [20]
    select_rows(layer, [])
    assert layer.selectedFeatureCount() == 0
