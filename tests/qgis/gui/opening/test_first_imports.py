"""Whatever is opened first, shapely comes in with its own GEOS, and beside QGIS's it computes wrongly."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gridmgmt_plugin.project.project_file import write_project
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.workspace_window import build_workspace

ROOT = Path(__file__).resolve().parents[4]
FIRST_IMPORT = """
import os, sys, time, traceback
from qgis.core import QgsApplication, QgsProject
application = QgsApplication([], True)
application.initQgis()
if "shapely" in sys.modules:
    print("BY QGIS")
    sys.exit()
class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "shapely" and not told:
            told.append(bool(sys.getdlopenflags() & os.RTLD_DEEPBIND))
            where[:] = traceback.format_stack()
told, where = [], []
sys.meta_path.insert(0, Watch())
from tests.qgis.map_window import MapIface
from gridmgmt_plugin import classFactory
plugin = classFactory(MapIface())
BEFORE, AFTER = (lambda: QgsProject.instance().read(sys.argv[1])), plugin.initGui
for step in (BEFORE, AFTER) if sys.argv[2] == "project first" else (AFTER, BEFORE):
    step()
session = plugin._shell.session
until = time.monotonic() + 60
while time.monotonic() < until and (session.location is None or application.taskManager().countActiveTasks()):
    application.processEvents()
for _ in range(100):  # what follows
    application.processEvents()
    time.sleep(0.005)
print("OPEN", session.location is not None)
from gridmgmt_plugin.core.shapely_loading import load_shapely
load_shapely()
plugin.unload()
print("FIRST", told, "".join(where) if told == [False] else "")
"""


@pytest.mark.skipif(not hasattr(os, "RTLD_DEEPBIND"), reason="other systems bind each library to its own")
@pytest.mark.parametrize("order", ["project first", "plugin first"])
def test_a_project_that_qgis_opens_brings_in_shapely_with_its_own_symbols(qgis_app, tmp_path, order):
    workspace = Workspace.open(build_workspace(tmp_path / "库.gpkg"))
    write_project(workspace, tmp_path / "district.qgz", "zh_CN")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    environment["QGIS_CUSTOM_CONFIG_PATH"] = str(tmp_path)
    command = [sys.executable, "-c", FIRST_IMPORT, str(tmp_path / "district.qgz"), order]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    if "BY QGIS" in result.stdout:
        pytest.skip("this QGIS imports shapely by itself, before any plugin")
    assert "OPEN True" in result.stdout, result.stdout + result.stderr
    assert "FIRST [True]" in result.stdout, result.stdout + result.stderr
