"""A workspace file is opened for writing once for all its layers, and not held any longer than they take to open."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from osgeo import gdal
from qgis.core import QgsVectorLayer

from gridmgmt_plugin.project.held_open import held_open
from gridmgmt_plugin.project.layers import open_layers
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.workspace_window import build_workspace


@pytest.fixture
def path(tmp_path):
    return build_workspace(tmp_path / "示例 库.gpkg")


@pytest.fixture
def opened():
    """Return what GDAL tells of each opening of a file."""
    told = []
    before = gdal.GetConfigOption("CPL_DEBUG")
    gdal.SetConfigOption("CPL_DEBUG", "GDAL")
    gdal.PushErrorHandler(lambda _, __, text: told.append(text) if text.startswith("GDAL: GDALOpen(") else None)
    yield told
    gdal.PopErrorHandler()
    gdal.SetConfigOption("CPL_DEBUG", before)


def held_for_writing(path):
    """Return the handles of this process through which the file could be written."""
    found = []
    for handle in Path("/proc/self/fd").iterdir():
        flags = f"/proc/self/fdinfo/{handle.name}"
        if os.path.realpath(handle) == str(path) and Path(flags).exists():
            mode = int(Path(flags).read_text().split("flags:")[1].split()[0], 8)
            found += [handle.name] if mode & os.O_ACCMODE else []
    return found


@pytest.mark.proof
def test_a_file_is_opened_a_few_times_for_all_its_tables(path, opened):
    alone = [QgsVectorLayer(f"{path}|layername={name}", name, "ogr") for name in tables()]
    each, opened[:] = len(opened), []
    del alone
    layers = open_layers(Workspace.open(path), "zh_CN")
    assert each > len(layers) == len(tables())
    assert 0 < len(opened) < 6


def test_every_layer_can_be_edited_and_nothing_is_held(path):
    before = path.read_bytes()
    layers = open_layers(Workspace.open(path), "zh_CN")
    assert held_for_writing(path) == []
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*-wal"))
    for layer in layers.values():
        assert "option:" not in layer.source()
        assert layer.startEditing()
        layer.rollBack()


@pytest.mark.parametrize("fault", ["gone", "no_database"])
def test_what_cannot_be_held_is_left_alone(path, fault):
    path.unlink()
    if fault == "no_database":
        path.write_bytes(b"no database")
    with held_open(GeoPackageLocation(path)):
        assert held_for_writing(path) == []
    assert path.exists() == (fault == "no_database")


def test_nothing_is_warned_of(path, capfd):
    open_layers(Workspace.open(path), "zh_CN")
    assert "DO_NOT_ENABLE_WAL" not in capfd.readouterr().err
