"""Fixtures that every layer's tests share."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from gridmgmt_plugin.workspace import patience
from tests import scratch, workers
from tests.daily import leave_to_the_proofs
from tests.postgis_cluster import database_location, postgis  # noqa: F401  fixtures
from tests.tries import EVERY_DAY, every_day
from tests.workers import (  # noqa: F401  hooks
    pytest_sessionfinish,
    pytest_terminal_summary,
    pytest_testnodedown,
    pytest_xdist_make_scheduler,
)
from tools import translations

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if Path("/usr/share/proj").is_dir():  # pyproj in a virtual environment does not find the system's data by itself
    os.environ.setdefault("PROJ_DATA", "/usr/share/proj")

# Qt names files in Chinese only where the locale is one of UTF-8, and asks for it once, when it starts.
if "utf" not in next(filter(None, map(os.environ.get, ("LC_ALL", "LC_CTYPE", "LANG"))), "").lower():
    os.environ["LC_ALL"] = "C.UTF-8"

SCRATCH = scratch.move_in(os.environ)

# Every process of a run in parallel has a runtime folder of its own, as Qt wants it: readable for its user alone.
RUNTIME = Path(tempfile.mkdtemp(prefix="gridmgmt-test-runtime-"))
os.environ["XDG_RUNTIME_DIR"] = str(RUNTIME)

# Nothing of Hypothesis's may depend on how busy the machine is, nor on which modules were loaded before (it draws
# their constants as well): no deadline, no complaint about slow, large or discarded data. A test gives the file
# system or QGIS to all its examples on purpose, hence no complaint about fixtures of one test either.
# The usual run tries the same examples each time, so that it is green or red for a reason that the next run and
# every other machine see as well; new examples are looked for by "make proof", which takes another profile and tries
# five times as many (tests/tries.py).
_EVERYWHERE = settings(
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
        HealthCheck.function_scoped_fixture,
    ],
)
settings.register_profile(EVERY_DAY, _EVERYWHERE, derandomize=True, max_examples=every_day(settings().max_examples))
settings.register_profile("new_examples", _EVERYWHERE, derandomize=False, print_blob=True)
settings.load_profile(EVERY_DAY)

# Hundreds of tests hold a lock on purpose, most of them to see that it is told.
_WINDOW = patience.WINDOW
patience.BEHIND = replace(patience.BEHIND, lock_s=_WINDOW.lock_s, queue_s=_WINDOW.queue_s, pause_s=_WINDOW.pause_s)

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED_DATA = Path(os.environ.get("GRIDMGMT_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))


def shared_file(relative: str) -> Path:
    """Return a file of the real districts; skip the test, saying why, where they are absent."""
    path = SHARED_DATA / relative
    if not path.exists():
        pytest.skip(f"real data is not beside this checkout: {relative}")
    return path


def fault_file(name: str) -> Path:
    """Return a file that was once answered wrongly; skip the test, saying why, where these are absent."""
    path = SHARED_DATA.parent / "faults" / name
    if not path.exists():
        pytest.skip(f"the files that were answered wrongly are not beside this checkout: {name}")
    return path


@pytest.fixture(scope="session")
def shared():
    """Return the function that finds a file of the real districts or skips."""
    return shared_file


def pytest_configure(config):
    """Compile the Chinese texts as they are now, so that no test reads those of an earlier day, or none."""
    if SCRATCH is not None:
        config.pluginmanager.register(SCRATCH)
    if not hasattr(config, "workerinput"):  # once for all processes
        translations.main(["compile"])


def pytest_collection_modifyitems(items):
    """Leave to the long proofs what is not for every day, and put the rest in its order."""
    leave_to_the_proofs(items)
    workers.put_in_order(items)


@pytest.hookimpl(hookwrapper=True)
def pytest_collection():
    """Look for no garbage while tests are collected, and never again in what stays until the end of the run."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure():
    """Take the runtime folder away when nothing runs any more."""
    shutil.rmtree(RUNTIME, ignore_errors=True)


@pytest.fixture(autouse=True)
def _shapefiles_as_another_program_reads_them(request):
    """Undo outside the tests of QGIS what QGIS, once it ran, sets for its process: not to decode shapefiles."""
    inside = {"qgis", "desktop"} & set(request.path.relative_to(REPOSITORY / "tests").parts)
    if inside or "qgis.core" not in sys.modules:
        yield
        return
    from osgeo import gdal

    before = gdal.GetConfigOption("SHAPE_ENCODING")
    gdal.SetConfigOption("SHAPE_ENCODING", None)
    yield
    gdal.SetConfigOption("SHAPE_ENCODING", before)
