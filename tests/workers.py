"""A run in parallel always ends: a worker that dies makes it red at once, one that hangs is ended.

``tests/conftest.py`` takes the hooks from here. pytest-xdist puts another worker in the place of a dead one, hands it
files that are done already, and then waits for ever (issue 784 of its tracker and those after it); so no worker is
replaced (``--max-worker-restart=0`` in ``pyproject.toml``). What hangs is first told and failed by pytest-timeout;
where that cannot run, because C++ holds Python's lock, faulthandler writes where it hangs and ends the process.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_DEAD: list[str] = []
_TESTS = Path(__file__).resolve().parent
# Folders with long files first, those with many short ones last: then all processes end at about the same time.
_IN_PARALLEL = ("desktop", "architecture", "proof", "qgis", "jobs", "workspace", "demo", "exchange", "core")


def pytest_collection_modifyitems(items):
    """Run the desktop last, so that what is quicker to find fails first; in parallel what takes long goes first."""
    beside_others = "PYTEST_XDIST_WORKER" in os.environ
    items.sort(key=lambda item: _turn(item.path) if beside_others else _folder(item.path) == "desktop")


def _turn(path: Path) -> int:
    folder = _folder(path)
    return _IN_PARALLEL.index(folder) if folder in _IN_PARALLEL else len(_IN_PARALLEL)


def _folder(path: Path) -> str:
    """Return the folder directly below that of the tests; of a file elsewhere its own name."""
    return path.relative_to(_TESTS).parts[0] if _TESTS in path.parents else path.name


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    """Remember a worker that ended with an error instead of its summary."""
    if error:
        _DEAD.append(f"{node.gateway.id} ({str(error).strip().splitlines()[-1]})")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    """End red when a worker died, also where it had no test left that could fail."""
    if _DEAD and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.INTERNAL_ERROR


def pytest_terminal_summary(terminalreporter):
    """Say in a sentence what happened."""
    for worker in _DEAD:
        terminalreporter.write_line(
            f"A process of the tests died: {worker}. The run ended there, and what was left of it was not run. "
            "Look at the test that crashed, or run its file alone: make test WORKERS=0 TESTS=<file>",
            red=True,
        )
