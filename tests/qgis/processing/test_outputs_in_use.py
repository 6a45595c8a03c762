"""An output never names what is needed: refused before anything is written, with every byte as it was."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from qgis.core import QgsProcessingException, QgsProcessingOutputLayerDefinition, QgsProject, QgsVectorLayer

from gridmgmt_plugin.core.messages import Message
from tests.qgis.processing.test_processing_failures import _calls, folder, prepared  # noqa: F401  fixtures


def _destinations(run):
    """Return every pair of algorithm and destination parameter."""
    return [
        (name, definition.name())
        for name, algorithm in sorted(run.algorithms().items())
        for definition in algorithm.parameterDefinitions()
        if definition.isDestination()
    ]


def _bytes(folder: Path) -> dict:  # noqa: F811
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _refused(run, name: str, code: str, folder: Path, **parameters) -> None:  # noqa: F811
    __tracebackhide__ = True
    before = _bytes(folder)
    with pytest.raises(QgsProcessingException) as caught:
        run(name, **parameters)
    start = Message(code, {"name": "|", "path": "|"}).text().split("|")[1]
    assert start in str(caught.value)
    assert _bytes(folder) == before


@pytest.mark.proof
def test_no_output_of_any_algorithm_is_the_workspace_or_its_journal(run, folder):  # noqa: F811
    tried = 0
    for name, output in _destinations(run):
        if name == "createworkspace":
            continue
        parameters = _calls(folder)[name]
        workspace = Path(parameters["WORKSPACE"])
        _refused(run, name, "output_is_workspace", folder, **{**parameters, output: workspace})
        journal = workspace.with_name(workspace.name + "-wal")
        _refused(run, name, "output_is_journal", folder, **{**parameters, output: journal})
        tried += 1
    assert tried >= 12


def test_no_output_of_any_algorithm_is_an_input(run, folder):  # noqa: F811
    inputs = ("INPUT", "POINTS", "STREETS")
    tried = 0
    for name, output in _destinations(run):
        if name == "createworkspace":
            continue
        parameters = _calls(folder)[name]
        for given in inputs:
            if given in parameters:
                _refused(run, name, "output_is_input", folder, **{**parameters, output: parameters[given]})
                tried += 1
    assert tried >= 8


def test_a_new_workspace_is_not_made_over_its_areas(run, folder):  # noqa: F811
    areas = folder / "社区 界线.gpkg"
    _refused(run, "createworkspace", "output_is_input", folder, AREAS=areas, OUTPUT=areas)


@pytest.mark.parametrize(
    "spelled",
    [
        lambda path: f"ogr:dbname='{path}' table=\"hot\" (geom)",
        lambda path: QgsProcessingOutputLayerDefinition(str(path)),
        lambda path: str(path.parent / ".." / path.parent.name / path.name),
        lambda path: f"{path}|layername=hot",
    ],
    ids=["table in the file", "layer definition", "another way to it", "layer in the file"],
)
def test_the_workspace_is_recognised_however_it_is_written(run, folder, spelled):  # noqa: F811
    workspace = folder / "库.gpkg"
    _refused(run, "hotspots", "output_is_workspace", folder, WORKSPACE=workspace, OUTPUT=spelled(workspace))


def test_a_link_to_the_workspace_is_the_workspace(run, folder):  # noqa: F811
    workspace, link = folder / "库.gpkg", folder / "别名.gpkg"
    link.symlink_to(workspace)
    _refused(run, "hotspots", "output_is_workspace", folder, WORKSPACE=workspace, OUTPUT=link)


def test_the_file_of_an_open_layer_is_left_alone(run, folder):  # noqa: F811
    shown = folder / "在用.gpkg"
    shutil.copy(folder / "单元 网格.gpkg", shown)
    layer = QgsVectorLayer(str(shown), "在用", "ogr")
    assert layer.isValid()
    QgsProject.instance().addMapLayer(layer)
    try:
        for name in ("hotspots", "validate"):
            _refused(run, name, "output_is_layer", folder, WORKSPACE=folder / "库.gpkg", OUTPUT=shown)
    finally:
        QgsProject.instance().removeMapLayer(layer.id())


def test_a_part_of_an_input_shapefile_is_the_input(run, folder):  # noqa: F811
    from osgeo import gdal

    source = folder / "网格.shp"
    gdal.VectorTranslate(str(source), str(folder / "单元 网格.gpkg"), format="ESRI Shapefile")
    call = {"WORKSPACE": folder / "只有区划.gpkg", "INPUT": source, "REPORT": source.with_suffix(".dbf")}
    _refused(run, "importunitgrids", "output_is_input", folder, **call)


def test_any_other_file_is_written(run, folder):  # noqa: F811
    outputs = run("validate", WORKSPACE=folder / "库.gpkg", OUTPUT=folder / "问题.gpkg", REPORT=folder / "报告.json")
    assert Path(outputs["OUTPUT"].split("|")[0]).is_file()
    assert (folder / "报告.json").is_file()
