"""A run in parallel always ends: a worker that dies makes it red at once, one that hangs is ended.

``tests/conftest.py`` takes the hooks from here. pytest-xdist puts another worker in the place of a dead one, hands it
files that are done already, and then waits for ever (issue 784 of its tracker and those after it); so no worker is
replaced (``--max-worker-restart=0`` in ``pyproject.toml``). What hangs is first told and failed by pytest-timeout;
where that cannot run, because C++ holds Python's lock, faulthandler writes where it hangs and ends the process.

A real window waits for most of its time. Windows in all processes at once would leave the processors idle, so one
process in three opens windows while the others compute.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

_DEAD: list[str] = []
_TESTS = Path(__file__).resolve().parent
_WINDOWS, _READING_CODE = "desktop", "tests/architecture/"
# Folders with long files first, those with many short ones last: then all processes end at about the same time.
_IN_PARALLEL = (_WINDOWS, "architecture", "proof", "qgis", "jobs", "workspace", "demo", "exchange", "core")


def put_in_order(items):
    """Run the desktop last, so that what is quicker to find fails first; in parallel what takes long goes first."""
    beside_others = "PYTEST_XDIST_WORKER" in os.environ
    items.sort(key=lambda item: _turn(item.path) if beside_others else _folder(item.path) == _WINDOWS)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Hand out whole files, windows to some of the processes as long as there is something else for the others."""
    return WindowsBesideOthers(config, log) if config.getvalue("dist") == "loadfile" else None


class WindowsBesideOthers(LoadFileScheduling):
    """Files stay whole; the first process in three takes those of the desktop first, the others take them last.

    The tests that read the code of the whole repository stay together: what one has parsed the others know.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return _READING_CODE if file.startswith(_READING_CODE) else file

    def _assign_work_unit(self, node: WorkerController) -> None:
        opens_windows = self.nodes.index(node) % 3 == 0
        wanted = (file for file in self.workqueue if file.startswith(f"tests/{_WINDOWS}/") == opens_windows)
        chosen = next(wanted, None)
        if chosen is not None:
            self.workqueue.move_to_end(chosen, last=False)
        super()._assign_work_unit(node)


def _turn(path: Path) -> int:
    folder = _folder(path)
    return _IN_PARALLEL.index(folder) if folder in _IN_PARALLEL else len(_IN_PARALLEL)


@cache
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
