"""The second reader of a package, before it counts as made: the check inside it, with fiona, in its own process.

fiona may bring a GDAL of its own, which must not meet that of QGIS in one process.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.listing import shortened
from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.exchange.package.explanations import CHECK

_PASSED, _FAILED = 0, 1
_ASKED_EVERY_S = 0.2
_LONGEST_TOLD = 600


@dataclass(frozen=True)
class SecondReading:
    """``done``: the package was read and passed; else ``reason``: why it could not be read here."""

    done: bool
    reason: str = ""


def python_with_fiona() -> Path | None:
    """Return the Python that would read with fiona, ``None`` where fiona or a Python to start is not there.

    QGIS may be the program that runs, which is no Python: then the one that it brings is looked for.
    """
    if find_spec("fiona") is None:
        return None
    here, home = Path(sys.executable or ""), Path(sys.exec_prefix)
    candidates = [home / "python3.exe", home / "python.exe", home / "bin" / "python3"]
    # Inside QGIS this is whatever Python comes first in the search path, which need not be the one that QGIS uses.
    candidates += [here] if here.name.lower().startswith("python") else []
    return next((path for path in candidates if path.is_file()), None)


def read_again(
    folder: Path,
    python: Path,
    language: str,
    progress: Progress,
    meanwhile: Callable[[], None] = lambda: None,
) -> SecondReading:
    """Have the check of a package read all of it: hashes, rows, references, every acceptance point.

    :param meanwhile: what this process does while the other one reads; what it raises ends that.
    :raises WorkspaceError: ``package_check_failed`` with what it found; :raises Cancelled: through ``progress``.
    """
    command = [str(python), "-B", CHECK, "--language", tongue_of(language)]
    try:
        process = subprocess.Popen(  # noqa: S603  our own program, with nothing of a user's in the command
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONUTF8": "1"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        meanwhile()
        return SecondReading(done=False, reason=error.strerror or str(error))
    said, complained = _outcome(process, progress, meanwhile)
    if process.returncode == _PASSED:
        return SecondReading(done=True)
    if process.returncode == _FAILED and said:
        raise WorkspaceError("package_check_failed", name=folder.name, problems=shortened(said, _LONGEST_TOLD))
    reason = (said or complained or "–").splitlines()[-1]
    return SecondReading(done=False, reason=reason.rstrip("。."))


def _outcome(process: subprocess.Popen[bytes], progress: Progress, meanwhile: Callable[[], None]) -> tuple[str, str]:
    """Return what a process says and complains of; a cancel ends it."""
    try:
        meanwhile()
        while True:
            progress.report(0.0)
            try:
                said, complained = process.communicate(timeout=_ASKED_EVERY_S)
            except subprocess.TimeoutExpired:
                continue
            return said.decode("utf-8", "replace").strip(), complained.decode("utf-8", "replace").strip()
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
