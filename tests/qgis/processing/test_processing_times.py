"""Times with a zone reach the jobs from every kind of layer, also where QGIS shows them without it."""

from __future__ import annotations

import pytest
from osgeo import gdal
from qgis.core import (
    QgsFeature,
    QgsProcessingContext,
    QgsProcessingFeatureSourceDefinition,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDate, QDateTime, Qt, QTime

from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.processing.sources import FileInput, SnapshotInput, plain_value, take_input

WRITTEN = ["2025-03-06T23:30:00Z", "2025-03-07T07:30:00+08:00", "2025-03-07T07:30:00"]
IN_CHINA = "2025-03-07T07:30:00"


@pytest.fixture
def context(qgis_app):
    project = QgsProject.instance()
    made = QgsProcessingContext()
    made.setProject(project)
    yield made
    project.removeAllMapLayers()


@pytest.fixture(params=[("时间.geojson", "GeoJSON"), ("时间.gpkg", "GPKG"), ("时间.fgb", "FlatGeobuf")])
def layer(request, tmp_path):
    name, driver = request.param
    features = ",".join(
        f'{{"type":"Feature","properties":{{"上报时间":"{time}","n":{number}}},'
        f'"geometry":{{"type":"Point","coordinates":[{number},1]}}}}'
        for number, time in enumerate(WRITTEN)
    )
    raw = tmp_path / "raw.geojson"
    raw.write_text(f'{{"type":"FeatureCollection","features":[{features}]}}', encoding="utf-8")
    gdal.VectorTranslate(str(tmp_path / name), str(raw), format=driver)
    opened = QgsVectorLayer(str(tmp_path / name), "时间", "ogr")
    assert opened.isValid()
    QgsProject.instance().addMapLayer(opened)
    return opened


def _told(taken):
    parsed = parse_dates(taken.read("auto", Progress()).rows["上报时间"])
    return sorted(parsed.iso.tolist()), parsed.zoned


def test_a_layer_of_the_project_gives_its_times_with_their_zones(layer, context):
    assert _told(take_input(layer, context)) == ([IN_CHINA] * 3, 2)


def test_the_file_alone_gives_the_same(layer, context):
    taken = take_input(layer.source(), context)
    assert _told(taken) == ([IN_CHINA] * 3, 2)


def test_a_selection_gives_the_same(layer, context):
    layer.selectByExpression('"n" < 2')
    taken = take_input(QgsProcessingFeatureSourceDefinition(layer.id(), True), context)
    assert isinstance(taken, SnapshotInput)
    assert _told(taken) == ([IN_CHINA] * 2, 2)


def test_a_filter_gives_the_same(layer, context):
    assert layer.setSubsetString('"n" = 0')
    taken = take_input(layer, context)
    assert not isinstance(taken, FileInput)
    assert _told(taken) == ([IN_CHINA], 1)


def test_a_time_that_was_edited_is_taken_as_it_was_typed(layer, context):
    if layer.dataProvider().name() != "ogr" or not layer.startEditing():
        pytest.skip("this format is not edited here")
    field = layer.fields().indexOf("上报时间")
    first = next(feature for feature in layer.getFeatures() if feature["n"] == 0)
    assert layer.changeAttributeValue(first.id(), field, QDateTime(QDate(2025, 5, 1), QTime(9, 0)))
    taken = take_input(layer, context)
    assert isinstance(taken, SnapshotInput)
    assert _told(taken) == ([IN_CHINA, IN_CHINA, "2025-05-01T09:00:00"], 1)
    layer.rollBack()


def test_a_memory_layer_with_zones_keeps_them(context):
    memory = QgsVectorLayer("Point?field=上报时间:datetime", "时间", "memory")
    feature = QgsFeature(memory.fields())
    feature.setAttributes([QDateTime(QDate(2025, 3, 6), QTime(23, 30), Qt.TimeSpec.UTC)])
    memory.dataProvider().addFeature(feature)
    assert _told(take_input(memory, context)) == ([IN_CHINA], 1)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (QDateTime(QDate(2025, 3, 6), QTime(23, 30), Qt.TimeSpec.UTC), "2025-03-06T23:30:00Z"),
        (QDateTime(QDate(2025, 3, 7), QTime(5, 0), Qt.TimeSpec.OffsetFromUTC, 19_800), "2025-03-07T05:00:00+05:30"),
        (
            QDateTime(QDate(2025, 3, 6), QTime(18, 30), Qt.TimeSpec.OffsetFromUTC, -18_000),
            "2025-03-06T18:30:00-05:00",
        ),
        (QDateTime(QDate(2025, 3, 7), QTime(7, 30)), "2025-03-07T07:30:00"),
        (QDate(2025, 3, 7), "2025-03-07"),
        (QTime(7, 30), "07:30:00"),
        (QDateTime(), None),
    ],
)
def test_a_moment_of_qgis_is_text_with_its_zone(value, text):
    assert plain_value(value) == text


def test_times_of_a_database_come_with_their_zones(postgis, context):
    postgis.run(
        "CREATE TABLE IF NOT EXISTS public.zoned (id serial PRIMARY KEY, 上报时间 timestamptz, 本地 timestamp)"
    )
    postgis.run("INSERT INTO public.zoned (上报时间, 本地) VALUES ('2025-03-06 23:30:00+00', '2025-03-07 07:30:00')")
    place = postgis.location()
    uri = f"dbname='{place.database}' host={place.host} port={place.port} user='{place.user}' key='id' "
    layer = QgsVectorLayer(f'{uri}table="public"."zoned"', "时间", "postgres")
    assert layer.isValid()
    source = take_input(layer, context).read("auto", Progress())
    assert parse_dates(source.rows["上报时间"]).iso.tolist() == [IN_CHINA]
    assert source.rows["本地"].tolist() == [IN_CHINA]
    postgis.run("DROP TABLE public.zoned")
