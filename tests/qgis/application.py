"""One QGIS application without a window for all tests of a process, and what a desktop would hold.

A folder whose tests need QGIS imports these fixtures into its ``conftest.py``.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
import traceback
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Tests must neither read nor change the settings of the person who runs them.
PROFILE = Path(tempfile.mkdtemp(prefix="gridmgmt-test-profile-"))
os.environ["QGIS_CUSTOM_CONFIG_PATH"] = str(PROFILE)
_RUNNING: list = []


@pytest.fixture(scope="session", autouse=True)
def qgis_app():
    """Start QGIS once, with its providers and a throw-away profile."""
    return running_app()


def running_app():
    """Return the one QGIS of this process. Every folder that imports the fixture has one of its own for pytest, and a
    second application in a process ends it with a crash.
    """
    if _RUNNING:
        return _RUNNING[0]
    from qgis.core import QgsApplication
    from qgis.PyQt.QtCore import QSettings

    # QGIS's own main program does this; without it settings go to the home folder, where other runs find them.
    for kind in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(kind, QSettings.Scope.UserScope, str(PROFILE))
    app = QgsApplication([], True, str(PROFILE))
    app.initQgis()
    _RUNNING.append(app)
    return app


def pytest_unconfigure():
    """End QGIS after the summary: a failed test still holds layers, which must not outlive the application."""
    if _RUNNING:
        _put_away()
        if "tests.qgis.map_window" in sys.modules:
            sys.modules["tests.qgis.map_window"].layer_tree_model.cache_clear()
        gc.collect()
        _RUNNING[0].exitQgis()
        _RUNNING.clear()
        shutil.rmtree(PROFILE, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def logins(qgis_app):
    """Return what QGIS asks for logins in all tests."""
    from tests.qgis.asked_logins import AskedLogins

    answering = AskedLogins()
    _RUNNING.append(answering)
    return answering


@pytest.fixture(scope="session")
def processing(qgis_app):
    """Return QGIS's Processing framework, initialised; its plugin folder is not on the path by itself."""
    plugins = str(Path(qgis_app.pkgDataPath()) / "python" / "plugins")
    if plugins not in sys.path:
        sys.path.append(plugins)
    import processing
    from processing.core.Processing import Processing

    Processing.initialize()
    return processing


@pytest.fixture(autouse=True)
def _no_hidden_errors():
    """Qt swallows what a Python handler raises, or ends the program; here it fails the test."""
    seen, before = [], sys.excepthook
    sys.excepthook = lambda kind, error, trace: seen.append("".join(traceback.format_exception(kind, error, trace)))
    yield
    sys.excepthook = before
    assert not seen, "\n".join(seen)


@pytest.fixture(autouse=True)
def _no_window_left(qgis_app):
    """Take away the windows that a test opened, after all else that it made."""
    from tests.qgis.fake_window import OPEN_WINDOWS, close_windows

    before = len(OPEN_WINDOWS)
    yield
    close_windows(before)


@pytest.fixture(autouse=True)
def _same_modules_after_unloading():
    """Give later tests back the modules that an unloaded plugin dropped, so that a class stays one class."""
    before = {name: module for name, module in sys.modules.items() if name.startswith("gridmgmt_plugin")}
    yield
    for name, module in before.items():
        if sys.modules.get(name) is module:
            continue
        sys.modules[name] = module
        parent, _, leaf = name.rpartition(".")
        if parent in before:
            setattr(before[parent], leaf, module)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Give an empty project to a test that does not ask for a district that may lie in it already."""
    if "laid_out" not in item.fixturenames:
        _put_away()


@pytest.fixture
def laid_out(qgis_app, tmp_path):
    """Return the function that lends a copy of a district, by the path of its original: see ``kept_district``."""
    from tests.qgis.kept_district import KEPT

    return lambda original: KEPT.lay_out(original, tmp_path)


def _put_away():
    kept = sys.modules.get("tests.qgis.kept_district")
    if kept is not None:
        kept.KEPT.put_away()


@pytest.fixture
def upgrade_asked(monkeypatch):
    """Answer the question about the upgrade with the button that a test names."""
    from gridmgmt_plugin.gui.opening import schema_upgrade, upgrade

    monkeypatch.setattr(schema_upgrade, "ANSWERED_S", 0.0)
    said = {"answer": None, "text": ""}

    class Question(upgrade.QMessageBox):
        def exec(self):
            said["text"] = self.text()

        def clickedButton(self):
            return next((b for b in self.buttons() if b.text() == said["answer"]), None)

    monkeypatch.setattr(upgrade, "QMessageBox", Question)
    return said
