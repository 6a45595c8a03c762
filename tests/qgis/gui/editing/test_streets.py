"""Streets for 围合成格, whichever system the planner's street layer is in."""

from __future__ import annotations

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer

from gridmgmt_plugin.gui.editing.streets import streets_within

HERE = (499_000.0, 4_427_000.0, 501_000.0, 4_430_000.0)


class Canvas:
    def __init__(self, *layers):
        self._layers = list(layers)

    def layers(self):
        return self._layers


@pytest.fixture
def cells(qgis_app):
    QgsProject.instance().clear()
    return QgsVectorLayer("Polygon?crs=EPSG:4548", "单元网格", "memory")


def _streets(crs, *lines):
    layer = QgsVectorLayer(f"LineString?crs={crs}", "道路", "memory")
    for wkt in lines:
        feature = QgsFeature()
        feature.setGeometry(QgsGeometry.fromWkt(wkt))
        layer.dataProvider().addFeature(feature)
    return layer


def test_streets_in_degrees_are_found_and_brought_into_the_frame_of_the_cells(cells):
    near, far = "LINESTRING(116.9999 40, 117.0001 40)", "LINESTRING(118 40, 118.1 40)"
    found = streets_within(Canvas(_streets("EPSG:4490", near, far)), cells, HERE)
    assert [line.length for line in found] == [pytest.approx(17.08, abs=0.1)]
    assert found[0].centroid.x == pytest.approx(500_000, abs=0.1)


def test_streets_in_the_frame_of_the_cells_are_taken_as_they_are(cells):
    found = streets_within(Canvas(_streets("EPSG:4548", "LINESTRING(499900 4428000, 500100 4428000)")), cells, HERE)
    assert [line.wkt for line in found] == ["LINESTRING (499900 4428000, 500100 4428000)"]
