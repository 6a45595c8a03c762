"""What a layer parameter takes: files read our way, and everything else just as QGIS shows it."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import shapely
from osgeo import ogr
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeatureSourceDefinition,
    QgsProject,
    QgsProperty,
    QgsVectorLayer,
)

from gridmgmt_plugin.core.errors import Cancelled, InputError
from gridmgmt_plugin.core.intake import arriving_files
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.exchange import reading
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.intake import import_cases
from gridmgmt_plugin.processing.algorithms.import_points import ImportCases
from gridmgmt_plugin.processing.sources import FileInput, SnapshotInput, read_input, take_input
from gridmgmt_plugin.project.i18n import language
from gridmgmt_plugin.project.layers import open_layers
from gridmgmt_plugin.project.shown_workspace import WORKSPACE_ENTRY
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.small_district import write_areas, write_layer
from tests.qgis.workspace_window import build_workspace

SQUARES = [shapely.box(i * 10, 0, i * 10 + 10, 10) for i in range(3)]
NAMES = ["甲", "乙", "丙"]


@pytest.fixture
def project(qgis_app):
    project = QgsProject.instance()
    yield project
    project.removeAllMapLayers()


@pytest.fixture
def context(project):
    made = QgsProcessingContext()
    made.setProject(project)
    return made


@pytest.fixture
def layer(tmp_path):
    path = write_layer(tmp_path / "图层 一.gpkg", [{"名称": name} for name in NAMES], SQUARES)
    opened = QgsVectorLayer(f"{path}|layername=图层 一", "图层 一", "ogr")
    assert opened.isValid()
    return opened


def _read(taken):
    return taken.read("auto", Progress())


def _same(source, names=NAMES, shapes=SQUARES):
    assert source.rows["名称"].tolist() == names
    assert shapely.equals(source.rows.geometry, np.array(shapes)).all()


def test_nothing_gives_nothing(context):
    assert take_input(None, context) is None
    assert take_input("", context) is None


def test_the_path_of_a_file_is_read_by_our_reader(context, layer):
    taken = take_input(layer.source(), context)
    assert isinstance(taken, FileInput)
    _same(_read(taken))


def test_a_layer_of_the_project_may_be_named_by_its_id_or_its_name(context, project, layer):
    project.addMapLayer(layer)
    for name in (layer.id(), "图层 一"):
        _same(_read(take_input(name, context)))


def test_an_untouched_layer_is_read_from_its_file(context, layer):
    taken = take_input(layer, context)
    assert isinstance(taken, FileInput)
    source = _read(taken)
    _same(source)
    assert source.crs_wkt == read_source(layer.source()).crs_wkt


def test_unsaved_edits_are_seen(context, layer):
    layer.startEditing()
    fid = next(layer.getFeatures()).id()
    layer.changeAttributeValue(fid, layer.fields().lookupField("名称"), "改")
    added = QgsFeature(layer.fields())
    added.setAttribute("名称", "新")
    added.setGeometry(QgsGeometry.fromWkt("POLYGON((30 0, 40 0, 40 10, 30 10, 30 0))"))
    layer.addFeature(added)
    source = _read(take_input(layer, context))
    layer.rollBack()
    assert sorted(source.rows["名称"].tolist()) == sorted(["改", "乙", "丙", "新"])
    assert shapely.area(source.rows.geometry).sum() == 400


def test_a_filter_is_obeyed(context, layer):
    layer.setSubsetString("\"名称\" = '乙'")
    _same(_read(take_input(layer, context)), ["乙"], SQUARES[1:2])


def test_only_the_selected_rows_are_taken_when_asked(context, project, layer):
    project.addMapLayer(layer)
    layer.selectByExpression("\"名称\" in ('甲', '丙')")
    value = QgsProcessingFeatureSourceDefinition(layer.id(), selectedFeaturesOnly=True)
    _same(_read(take_input(value, context)), ["甲", "丙"], [SQUARES[0], SQUARES[2]])
    _same(_read(take_input(QgsProcessingFeatureSourceDefinition(layer.id()), context)))


def test_a_selection_made_later_changes_nothing(context, project, layer):
    project.addMapLayer(layer)
    layer.selectByExpression("\"名称\" = '甲'")
    taken = take_input(QgsProcessingFeatureSourceDefinition(layer.id(), selectedFeaturesOnly=True), context)
    layer.selectAll()
    project.removeAllMapLayers()
    _same(_read(taken), ["甲"], SQUARES[:1])


def test_a_virtual_field_is_there(context, layer):
    from gridmgmt_plugin.project.attributes import field

    layer.addExpressionField("\"名称\" || '区'", field("全名", str))
    source = _read(take_input(layer, context))
    assert source.rows["全名"].tolist() == ["甲区", "乙区", "丙区"]


def test_a_layer_in_memory_is_taken_with_its_types(context):
    fields = "field=name:string&field=n:integer&field=d:date&field=t:datetime&field=s:double"
    layer = QgsVectorLayer(f"Point?crs=EPSG:4490&{fields}", "点", "memory")
    feature = QgsFeature(layer.fields())
    from qgis.PyQt.QtCore import QDate, QDateTime, QTime

    when = QDateTime(QDate(2025, 3, 7), QTime(8, 30))
    feature.setAttributes(["甲", 7, QDate(2025, 3, 7), when, 1.5])
    feature.setGeometry(QgsGeometry.fromWkt("PointZ(117 36 5)"))
    empty = QgsFeature(layer.fields())
    layer.dataProvider().addFeatures([feature, empty])
    source = _read(take_input(layer, context))
    assert source.rows.records()[0] == {
        "name": "甲",
        "n": 7,
        "d": "2025-03-07",
        "t": "2025-03-07T08:30:00",
        "s": 1.5,
    }
    assert all(value is None for value in source.rows.records()[1].values())
    assert shapely.to_wkt(source.rows.geometry[0]) == "POINT (117 36)"
    assert source.rows.geometry[1] is None
    assert source.problems.counts() == {"geometry_missing": 1}
    assert "CGCS2000" in source.crs_wkt or "China" in source.crs_wkt


def test_a_curve_becomes_lines(context):
    layer = QgsVectorLayer("CurvePolygon?crs=EPSG:4548", "圆", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromWkt("CurvePolygon(CircularString(0 0, 10 10, 20 0, 10 -10, 0 0))"))
    layer.dataProvider().addFeature(feature)
    source = _read(take_input(layer, context))
    assert shapely.area(source.rows.geometry[0]) == pytest.approx(np.pi * 100, rel=1e-3)


def test_a_table_without_shapes_has_none(context):
    layer = QgsVectorLayer("None?field=a:string", "表", "memory")
    source = _read(take_input(layer, context))
    assert source.rows.geometry is None
    assert [note.code for note in source.notes] == ["layer_without_rows"]


def test_a_system_that_the_user_set_in_qgis_counts(context, tmp_path):
    path = write_layer(tmp_path / "无坐标系.shp", [{"名称": "甲"}], SQUARES[:1], epsg=None)
    layer = QgsVectorLayer(str(path), "x", "ogr")
    layer.setCrs(QgsCoordinateReferenceSystem())
    source = _read(take_input(layer, context))
    assert source.crs_wkt is None
    assert "crs_missing" in [note.code for note in source.notes]
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:4548"))
    source = _read(take_input(layer, context))
    assert "CGCS2000" in source.crs_wkt
    assert "crs_missing" not in [note.code for note in source.notes]


def test_a_heading_that_qgis_shows_garbled_still_names_its_column(context, tmp_path):
    path = write_layer(tmp_path / "乱码.shp", [{"编码": "1", "名称": "甲"}], SQUARES[:1])
    for suffix in (".dbf",):
        content = path.with_suffix(suffix).read_bytes()
        for text in ("编码", "名称", "甲"):
            utf8, gbk = text.encode("utf-8"), text.encode("gbk")
            content = content.replace(utf8, gbk.ljust(len(utf8), b"\0" if text != "甲" else b" "))
        content = content[:29] + b"\0" + content[30:]
        path.with_suffix(suffix).write_bytes(content)
    path.with_suffix(".cpg").unlink()
    layer = QgsVectorLayer(str(path), "x", "ogr")
    shown = [field.name() for field in layer.fields()]
    taken = take_input(layer, context)
    source = _read(taken)
    assert source.field_names == ("编码", "名称")
    assert shown != ["编码", "名称"]
    assert [taken.column(name, source) for name in shown] == ["编码", "名称"]
    assert taken.column("名称", source) == "名称"
    assert taken.column("没有", source) == "没有"


def test_a_file_of_several_layers_asks_which_one(context, tmp_path):
    path = write_areas(tmp_path)
    driver = ogr.GetDriverByName("GPKG").Open(str(path), 1)
    driver.CreateLayer("另一层", None, ogr.wkbPoint)
    del driver
    with pytest.raises(InputError) as caught:
        _read(take_input(str(path), context))
    assert caught.value.code == "layer_needed"
    assert len(_read(take_input(f"{path}|layername={path.stem}", context))) == 2


def test_a_file_that_is_not_there_is_told_when_it_is_read(context, tmp_path):
    taken = take_input(str(tmp_path / "没有.shp"), context)
    with pytest.raises(InputError) as caught:
        _read(taken)
    assert caught.value.code == "file_missing"


def test_an_address_of_no_database_is_told_as_a_missing_file(context):
    with pytest.raises(InputError) as caught:
        _read(take_input("postgres://dbname='没有' table=\"x\"", context))
    assert caught.value.code == "file_missing"


def test_a_value_may_be_computed(context, layer):
    assert isinstance(take_input(QgsProperty.fromValue(layer.source()), context), FileInput)


def test_reading_a_layer_of_the_project_can_be_cancelled(context):
    layer = QgsVectorLayer("Point?crs=EPSG:4548&field=a:string", "点", "memory")
    features = [QgsFeature(layer.fields()) for _ in range(6000)]
    layer.dataProvider().addFeatures(features)
    taken = take_input(layer, context)
    assert isinstance(taken, SnapshotInput)
    with pytest.raises(Cancelled):
        taken.read("auto", Progress(None, lambda: True))


@pytest.mark.daily(1)
@pytest.mark.parametrize("as_what", ["path", "layer", "with unsaved edits"])
def test_a_layer_of_the_workspace_itself_lies_in_its_frame_and_has_its_titles(context, project, tmp_path, as_what):
    path = build_workspace(tmp_path / "本库.gpkg")
    other = build_workspace(tmp_path / "另一库.gpkg")
    workspace = Workspace.open(path)
    layer = open_layers(workspace, language())["unit_grid"]
    project.addMapLayer(layer)
    project.writeEntry(*WORKSPACE_ENTRY, project.writePath(str(path)))
    if as_what == "with unsaved edits":
        layer.startEditing()
        layer.changeAttributeValue(next(layer.getFeatures()).id(), layer.fields().lookupField("note"), "改")
    given = f"{path}|layername=unit_grid" if as_what == "path" else layer
    taken = take_input(given, context)
    own = read_input(taken, workspace.location, "auto", Progress())
    foreign = read_input(taken, Workspace.open(other).location, "auto", Progress())
    layer.rollBack()
    assert "crs_missing" not in [note.code for note in own.notes]
    assert own.title_of("area_code") != "area_code"
    assert "crs_missing" in [note.code for note in foreign.notes]
    assert foreign.title_of("area_code") == "area_code"


def test_a_file_of_cases_is_known_by_what_it_was_before_it_was_read(monkeypatch):
    steps: list[str] = []
    monkeypatch.setattr(arriving_files, "digest_of_input", lambda _: steps.append("digest"))
    monkeypatch.setattr(reading, "is_large", lambda _: False)
    monkeypatch.setattr(import_cases, "import_cases", lambda *_, **__: steps.append("import"))
    call = SimpleNamespace(
        required_text=str, text=str, flag=bool, workspace=lambda: None, table=lambda: steps.append("read")
    )
    ImportCases().act(call, {"coordinates": "crs"})
    assert steps == ["digest", "read", "import"]
