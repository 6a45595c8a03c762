"""A real QGIS on a display of its own, with the plugin as planners get it: installed from the built zip.

    def test_something(desktop):
        seen = desktop("shell.py", locale="zh-Hans")
        assert seen["menu"] == "网格管理"

A driver (``drivers/<name>``) runs inside QGIS; see ``inside.py`` for what it can do there.
"""

from __future__ import annotations

import compileall
import json
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
from qgis.PyQt.QtCore import QSettings

from tests.desktop.district import build_district
from tests.desktop.running import die_with_parent, kill_group, run_to_end
from tests.made_once import made_once
from tools.install import enable, install

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SCREENSHOTS = ROOT / "out" / "screenshots"
# Room for a window of 1366 × 768 at a scale of 150 %.
SCREEN = "2080x1200x24"
# QGIS that dies lets gdb tell of the thread of its window alone; this one, found before it, tells of all.
EVERY_THREAD = '#!/bin/sh\nexec /usr/bin/gdb -ex "thread apply all bt" "$@"\n'
# Far more than a driver takes, and well below the time-out of pytest: a driver that hangs is told and ended here.
DRIVER_TIMEOUT_S = 600


@pytest.fixture(scope="session")
def display():
    """Return the name of a new X display, e.g. ``:4``; its server ends with the tests."""
    if shutil.which("Xvfb") is None or shutil.which("qgis") is None:
        pytest.skip("a desktop test needs qgis and Xvfb, which 'make test' installs on Debian")
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(
        command,
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509  no other thread runs here
    )
    try:
        os.close(writing)
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
        server.terminate()  # so that it takes its lock files with it
        server.wait()
    finally:
        kill_group(server)


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """Return a folder as it travels in the zip: the sample district as a workspace, with its project; only read."""
    return made_once(tmp_path_factory, "sample", build_district)


@pytest.fixture(scope="session")
def installed(sample, tmp_path_factory):
    """Return a profile with the plugin in it, compiled as it is after a planner's first start; only copied."""

    def make(folder):
        compileall.compile_dir(install(folder, sample), quiet=1)

    return made_once(tmp_path_factory, "profile", make)


@pytest.fixture(scope="session")
def desktop(display, installed, tmp_path_factory):
    """Return the function that runs a driver in QGIS and gives back what it recorded."""

    def run(driver, locale="zh-Hans", *, libraries=True, theme="default", scale=1.0, **arguments):
        folder = tmp_path_factory.mktemp("桌面 desktop")
        profile = shutil.copytree(installed, folder / "profiles" / "test")
        _set_up(profile, locale, theme)
        environment = _environment(folder, display, libraries=libraries)
        if scale != 1.0:
            environment["QT_SCALE_FACTOR"] = str(scale)
        environment["GRIDMGMT_DRIVER"] = json.dumps(
            {"folder": str(folder), "screenshots": str(SCREENSHOTS), "arguments": arguments}
        )
        command = ["qgis", "--profiles-path", str(folder), "--profile", "test", "--nologo", "--noversioncheck"]
        command += ["--code", str(HERE / "drivers" / driver)]
        return _run(command, environment, folder)

    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return run


def _set_up(profile, locale, theme):
    enable(profile)
    settings = QSettings(str(profile / "QGIS" / "QGIS3.ini"), QSettings.Format.IniFormat)
    settings.setValue("locale/overrideFlag", True)
    settings.setValue("locale/userLocale", locale)
    settings.setValue("UI/UITheme", theme)
    settings.setValue("qgis/checkVersion", False)
    # The start page fetches news from the network; no test may wait for that.
    for place in ("core/NewsFeed", "app/news-feed/items"):  # in older and in newer QGIS
        settings.setValue(f"{place}/httpsfeedqgisorg/disabled", True)
    # Newer QGIS fetches a font at its start, and tells in the bar where there is no network.
    settings.setValue("fonts/downloadMissingFonts", False)
    settings.sync()


def _environment(folder, display, *, libraries):
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    # QGIS marks layers that lie in the folder for temporary files; a planner's workspace does not.
    temporary = folder / "temporary"
    temporary.mkdir()
    programs = folder / "programs"
    programs.mkdir()
    (programs / "gdb").write_text(EVERY_THREAD, encoding="utf-8")
    (programs / "gdb").chmod(0o700)
    python_path = [str(HERE)] + ([sysconfig.get_paths()["purelib"]] if libraries else [])
    # A planner's Python keeps what it compiled, or every start would take twice as long.
    dropped = ("QT_", "QGIS_", "WAYLAND", "PYTHONDONTWRITEBYTECODE")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
    return {
        **kept,
        "DISPLAY": display,
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "PATH": os.pathsep.join([str(programs), os.environ.get("PATH", os.defpath)]),
        "LIBGL_ALWAYS_SOFTWARE": "1",
        "PYTHONPATH": os.pathsep.join(python_path),
        "QT_QPA_PLATFORM": "xcb",
        "TMPDIR": str(temporary),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_RUNTIME_DIR": str(runtime),
    }


def _run(command, environment, folder):
    log = folder / "qgis.log"
    ended = run_to_end(command, environment, folder, log, DRIVER_TIMEOUT_S)
    code = f"none within {DRIVER_TIMEOUT_S} s" if ended is None else ended
    result = folder / "result.json"
    seen = json.loads(result.read_text(encoding="utf-8")) if result.exists() else {}
    problem = seen.pop("problem", None)
    if problem or not seen.get("finished"):
        told = log.read_text(encoding="utf-8", errors="replace")
        tail = told[-4000:] if (died := told.find("QGIS died")) < 0 else told[died : died + 30_000]
        pytest.fail(
            f"{problem or 'the driver did not finish'}\nQGIS's exit code: {code}\nlog:\n{tail}", pytrace=False
        )
    if seen.get("tracebacks"):
        pytest.fail("tracebacks in QGIS's log:\n" + "\n".join(map(str, seen["tracebacks"])), pytrace=False)
    seen["exit_code"] = code
    return seen
