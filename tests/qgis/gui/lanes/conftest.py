"""A fresh quarter with lanes, and a layer of streets beside them, under the planner's hand."""

from __future__ import annotations

import pytest
import shapely
from qgis.core import QgsFeature, QgsGeometry, QgsPointXY, QgsProject, QgsVectorLayer

from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from tests.qgis.editing.saving.lane_quarter import make_quarter
from tests.qgis.gui.editing.tool_window import Bench

#: Name and line of the pieces of street that the map shows beside the lanes.
STREETS = (
    ("北巷", [(0, 100), (100, 100)]),
    ("北巷", [(100, 100), (200, 100)]),
    ("", [(200, 100), (260, 100)]),
    ("河沿路/河桥", [(0, 200), (200, 200)]),
    (None, [(-150, 0), (0, 0)]),
)


class LaneBench(Bench):
    """The window with lanes and streets on the map."""

    def __init__(self, path):
        super().__init__(path)
        self.layer = shown_layer(QgsProject.instance(), "lane")
        self.streets = QgsVectorLayer(
            "LineString?crs=EPSG:4548&field=NAME:string&field=道路等级:string", "道路", "memory"
        )
        for name, way in STREETS:
            feature = QgsFeature(self.streets.fields())
            feature.setGeometry(QgsGeometry.fromPolylineXY([QgsPointXY(*place) for place in way]))
            feature["NAME"] = name
            feature["道路等级"] = "胡同" if name == "北巷" else None
            self.streets.dataProvider().addFeature(feature)
        QgsProject.instance().addMapLayer(self.streets)
        self.canvas.setLayers([self.layer, self.streets])
        self.hand.look_at(-200, -350, 900, 450)

    def close(self):
        QgsProject.instance().removeMapLayer(self.streets)
        super().close()

    def lanes(self):
        """Return name → length of the lanes in use in the buffer."""
        return {f["name"]: round(f.geometry().length(), 1) for f in self.layer.getFeatures() if f["state"] == "在用"}

    def lane(self, name):
        return next(f for f in self.layer.getFeatures() if f["name"] == name)

    def line(self, name):
        return shapely.from_wkb(self.lane(name).geometry().asWkb().data())

    def panel_text(self):
        return self.editing()._desks["lane"].panel.text()


@pytest.fixture(scope="session")
def quarter(tmp_path_factory):
    path = tmp_path_factory.mktemp("lanes") / "网格库.gpkg"
    make_quarter(GeoPackageLocation(path))
    return path


@pytest.fixture
def bench(author, quarter, laid_out):
    """Return an open copy of the quarter."""
    made = LaneBench(laid_out(quarter))
    yield made
    made.close()
