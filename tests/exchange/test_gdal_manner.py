"""Files read and written beside other plugins: GDAL keeps the manner that they chose, and finds no fault."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from osgeo import gdal, ogr, osr

from gridmgmt_plugin.workspace.gpkg import gdal_manner
from gridmgmt_plugin.workspace.gpkg.gdal_manner import raising_gdal, silent_gdal

ROOT = Path(__file__).resolve().parents[2]
MODULES = (gdal, ogr, osr)
# Everything that opens GDAL by itself: a file that is made, one that is read, one that is handed over.
EVERY_WAY = """
    from pathlib import Path
    from gridmgmt_plugin.core.frames import Frame
    from gridmgmt_plugin.exchange.reading import read_source
    from gridmgmt_plugin.workspace.info import WorkspaceInfo
    from gridmgmt_plugin.workspace.workspace import Workspace

    folder = Path({folder!r})
    with Workspace.create(folder / "a.gpkg", WorkspaceInfo(Frame.of_epsg(4528), "990101", "示例区")):
        pass
    read_source(f"{{folder / 'a.gpkg'}}|layername=area")
    (folder / "a.json").write_text('{{"type": "FeatureCollection", "crs": {{"type": "name", "properties": '
        '{{"name": "urn:ogc:def:crs:EPSG::4528"}}}}, "features": [{{"type": "Feature", "properties": {{"n": 1}}, '
        '"geometry": {{"type": "Point", "coordinates": [40500000, 4400000]}}}}]}}', encoding="utf-8")
    assert len(read_source(str(folder / "a.json")).rows) == 1
"""


def manners():
    return [module.GetUseExceptions() for module in MODULES]


@pytest.fixture(params=["raising", "silent"])
def chosen_by_others(request):
    """What another plugin chose for the whole process, put back after the test."""
    before = gdal.GetUseExceptions()
    gdal.UseExceptions() if request.param == "raising" else gdal.DontUseExceptions()
    yield manners()
    gdal.UseExceptions() if before else gdal.DontUseExceptions()


def test_no_library_warns_of_a_manner_that_nobody_chose(tmp_path):
    script = textwrap.dedent(EVERY_WAY.format(folder=str(tmp_path)))
    command = [sys.executable, "-W", "error", "-c", script]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("block", [raising_gdal, silent_gdal])
def test_what_others_chose_stands_again_after_the_block(chosen_by_others, block):
    with pytest.raises(ZeroDivisionError), block():
        1 / 0  # noqa: B018
    assert manners() == chosen_by_others


def test_failures_raise_inside_the_block_whatever_others_chose(chosen_by_others, tmp_path):
    with raising_gdal(), pytest.raises(RuntimeError):
        gdal.OpenEx(str(tmp_path / "none.gpkg"))


needs_manner_of_the_thread = pytest.mark.skipif(
    not gdal_manner._OF_THE_THREAD, reason="GDAL knows one manner for all threads"
)


@needs_manner_of_the_thread
def test_reference_systems_raise_like_files(chosen_by_others):
    with raising_gdal(), pytest.raises(RuntimeError):
        osr.SpatialReference().ImportFromEPSG(1)


@needs_manner_of_the_thread
def test_other_threads_keep_their_manner(chosen_by_others):
    with ThreadPoolExecutor(1) as pool:
        for block in (raising_gdal, silent_gdal):
            with block():
                assert pool.submit(manners).result() == chosen_by_others
