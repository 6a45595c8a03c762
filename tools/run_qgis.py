"""Open QGIS with the plugin and the demo project, in a profile of its own under ``out``.

The person's own QGIS profile is neither read nor changed; the libraries come from the virtual environment.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from tools.install import ROOT, enable, install

PROFILES = ROOT / "out" / "qgis" / "profiles"


def newest_project(folder: Path) -> Path | None:
    """Return the project file of the demo; None before the demo has run."""
    projects = [path for path in folder.rglob("*.qg[sz]") if path.is_file()]
    return max(projects, key=lambda path: path.stat().st_mtime, default=None)


def main() -> int:
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        print("There is no display here: QGIS needs a desktop session (DISPLAY is not set).", file=sys.stderr)
        return 1
    profile = PROFILES / "demo"
    install(profile, ROOT / "out" / "sample")
    enable(profile)
    command = ["qgis", "--profiles-path", str(PROFILES.parent), "--profile", "demo", "--noversioncheck"]
    project = newest_project(ROOT / "out" / "demo")
    if project is not None:
        command += ["--project", str(project)]
    return subprocess.run(
        command, env={**os.environ, "PYTHONPATH": sysconfig.get_paths()["purelib"]}, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
