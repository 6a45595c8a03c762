"""Missing values and columns as this QGIS holds them."""

from __future__ import annotations

import pytest
from qgis.core import NULL, QgsFeature, QgsVectorLayer

from gridmgmt_plugin.project.attributes import field, is_null, plain


@pytest.fixture
def layer(qgis_app):
    made = QgsVectorLayer("None", "表", "memory")
    columns = {"name": str, "number": int, "share": float, "flag": bool}
    assert made.dataProvider().addAttributes([field(name, kind) for name, kind in columns.items()])
    made.updateFields()
    return made


@pytest.mark.parametrize("row", [("NULL", 2**40, 0.25, False), ("", 0, 0.0, True), (None, None, None, None)])
def test_a_row_comes_back_as_it_went_in(layer, row):
    feature = QgsFeature(layer.fields())
    feature.setAttributes(list(row))
    assert layer.dataProvider().addFeatures([feature])[0]
    stored = next(layer.getFeatures())
    assert tuple(plain(value) for value in stored.attributes()) == row
    assert [is_null(value) for value in stored.attributes()] == [value is None for value in row]


def test_every_way_to_say_nothing_is_understood():
    assert is_null(None)
    assert is_null(NULL)
    assert plain(NULL) is None
    assert not is_null("")


def test_a_column_of_an_unknown_kind_is_refused():
    with pytest.raises(KeyError):
        field("when", bytes)
