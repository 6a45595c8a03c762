"""The city's view in QGIS: layers that it finds by itself, to look at."""

from __future__ import annotations

import pytest
from qgis.core import (
    QgsDataSourceUri,
    QgsProviderRegistry,
    QgsRectangle,
    QgsVectorDataProvider,
    QgsVectorLayer,
    QgsWkbTypes,
)

from tests.workspace.postgis.city_database import VIEWS, city_in

_WRITING = (
    QgsVectorDataProvider.Capability.AddFeatures
    | QgsVectorDataProvider.Capability.ChangeAttributeValues
    | QgsVectorDataProvider.Capability.DeleteFeatures
)


@pytest.fixture
def viewer(qgis_app, postgis):
    """Return the connection of somebody who may look at a city of two counties, as QGIS's data source."""
    with city_in(postgis) as city:
        city.add("dong", "990101")
        city.add("xi", "990102")
        city.make_view()
        name = f"viewer_{city.database}"
        city.run(f"CREATE ROLE {name} LOGIN IN ROLE {VIEWS}_viewer")
        source = QgsDataSourceUri()
        source.setConnection("127.0.0.1", str(postgis.port), city.database, name, "")
        yield source
        city.run(f"DROP ROLE {name}")


def test_qgis_finds_the_views_with_shape_and_frame(viewer):
    connection = QgsProviderRegistry.instance().providerMetadata("postgres").createConnection(viewer.uri(), {})
    found = {table.tableName(): table for table in connection.tables(VIEWS)}
    (cells,) = found["unit_grid"].geometryColumnTypes()
    assert (QgsWkbTypes.displayString(cells.wkbType), cells.crs.authid()) == ("Polygon", "EPSG:4548")
    assert found["unit_grid"].comment() == "单元网格 Unit grids"
    assert {"area", "lane", "cases", "component", "release", "county", "unit_grid_scheme"} <= set(found)


def test_a_view_opens_as_a_layer_to_look_at(viewer):
    viewer.setDataSource(VIEWS, "unit_grid", "geom", "", "row_id")
    layer = QgsVectorLayer(viewer.uri(False), "单元网格", "postgres")
    assert layer.isValid()
    assert layer.featureCount() == 8
    assert layer.crs().authid() == "EPSG:4548"
    codes = {feature["row_id"]: feature["code"] for feature in layer.getFeatures(QgsRectangle(10, 10, 20, 20))}
    assert codes == {9901010000000001: "990101001001001", 9901020000000001: "990102001001001"}
    picked = next(feature.id() for feature in layer.getFeatures() if feature["county_code"] == "990102")
    assert layer.getFeature(picked)["schema_name"] == "xi"
    assert not layer.dataProvider().capabilities() & _WRITING
