"""Put the plugin into a QGIS profile, with what its Python lacks; nothing outside the profile is touched.

    python -m tools.install [--profile default] [--profiles FOLDER]

``--profiles`` is the folder that QGIS shows under Settings → User Profiles, without the profile's own name.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from qgis.PyQt.QtCore import QSettings

from tools.console import survive_any_console
from tools.package import NAME, ROOT, build

# Prints which of the named modules are there; a shapely of the time before 2.0 is none.
_PROBE = """
import importlib, sys
for name in sys.argv[1:]:
    try:
        version = importlib.import_module(name).__version__
    except ImportError:
        continue
    if name != "shapely" or int(version.split(".")[0]) >= 2:
        print(name)
"""
SYSTEM_PYTHON = os.environ.get("SYSTEM_PYTHON", "/usr/bin/python3")


def default_profiles() -> Path:
    """Return the folder where QGIS 3 keeps its profiles on this system."""
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "QGIS" / "QGIS3" / "profiles"


def install(profile: Path, sample: Path | None = None) -> Path:
    """Build the plugin and put it into ``profile`` (a folder, made if absent); return the plugin's folder.

    What an earlier version left there is removed as a whole, so that no stale module stays behind.
    """
    plugins = profile / "python" / "plugins"
    plugins.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=plugins, prefix=".gridmgmt-") as folder:
        with zipfile.ZipFile(build(Path(folder), sample)) as archive:
            archive.extractall(folder)
        shutil.rmtree(plugins / NAME, ignore_errors=True)
        (Path(folder) / NAME).rename(plugins / NAME)
    return plugins / NAME


def missing_libraries(profile: Path) -> list[str]:
    """Return the pinned requirements that QGIS's Python, started with this profile, does not have."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = {line.split("==")[0]: line for line in lines if "==" in line}
    environment = {**os.environ, "PYTHONPATH": str(profile / "python")}
    command = [SYSTEM_PYTHON, "-c", _PROBE, *pins]
    found = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.split()
    return [pin for name, pin in pins.items() if name not in found]


def add_libraries(profile: Path, pins: list[str]) -> None:
    """Put ``pins`` into the profile's own ``python`` folder, which QGIS looks into.

    Without their dependencies: numpy must stay the one that QGIS's own libraries were built against.
    """
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade"]
    subprocess.run([*command, "--no-deps", "--target", str(profile / "python"), *pins], check=True)


def enable(profile: Path) -> bool:
    """Tick the plugin in a profile that has never seen it; tell whether it is ticked now."""
    settings = QSettings(str(profile / "QGIS" / "QGIS3.ini"), QSettings.Format.IniFormat)
    key = f"PythonPlugins/{NAME}"
    if not settings.contains(key):
        settings.setValue(key, True)
        settings.sync()
    return settings.value(key, defaultValue=False, type=bool)


def main() -> None:
    survive_any_console()
    parser = argparse.ArgumentParser(description="Put the plugin into a QGIS profile.")
    parser.add_argument("--profile", default="default")
    parser.add_argument("--profiles", type=Path, default=default_profiles())
    options = parser.parse_args()
    profile = options.profiles / options.profile
    print(f"Plugin: {install(profile, ROOT / 'out' / 'sample')}")
    missing = missing_libraries(profile)
    if missing:
        add_libraries(profile, missing)
        print(f"Python libraries: {profile / 'python'} ({', '.join(missing)})")
    if enable(profile):
        print("Start QGIS again: the menu 网格管理 / Grid Management is there.")
    else:
        print(
            "It is switched off in this profile. In QGIS: Plugins → Manage and Install Plugins → Installed, tick it."
        )


if __name__ == "__main__":
    main()
