"""Loading the plugin at the start of QGIS, beside loading modules of Python's own.

Ours imports what a start needs, makes menu, toolbar and actions, and takes all of it away again; only the loading
counts. What is imported at a start at all is a test (``tests/qgis/gui/frame/test_plugin_shell.py``).
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
import time

from tests.bench.contest import Contest, Work
from tests.bench.qgis_peers import start_qgis

_PACKAGE = "gridmgmt_plugin"
#: Modules that do nothing but define classes and functions when they are run.
_OF_PYTHON = (
    "argparse", "ast", "asyncio.base_events", "bdb", "calendar", "configparser", "csv", "dataclasses", "difflib",
    "email._header_value_parser", "email.message", "fractions", "imaplib", "inspect",
    "ipaddress", "mailbox", "optparse", "pathlib", "pickle", "pickletools", "plistlib", "pydoc", "shutil",
    "statistics", "subprocess", "tarfile", "tempfile", "textwrap", "tokenize", "traceback", "typing", "unittest.mock",
    "uuid", "zipfile",
)  # fmt: skip


def ours(side: int) -> Work:
    """Load the plugin as QGIS does at its start; return the processor time (s) of the loading."""
    start_qgis()
    from tests.qgis.fake_window import FakeIface

    iface = FakeIface()

    def load() -> float:
        for name in [name for name in sys.modules if name.split(".")[0] == _PACKAGE]:
            del sys.modules[name]
        start = time.thread_time()
        plugin = importlib.import_module(_PACKAGE).classFactory(iface)
        plugin.initGui()
        spent = time.thread_time() - start
        plugin.unload()
        return spent

    return load


def modules_of_python(side: int) -> Work:
    """Load modules of Python's own from their compiled files and run them; return the processor time (s)."""

    def load() -> float:
        start = time.thread_time()
        for name in _OF_PYTHON:
            spec = importlib.util.find_spec(name)
            if spec is None or not isinstance(spec.loader, importlib.abc.InspectLoader):
                raise ImportError(name)
            code = spec.loader.get_code(name)
            exec(code, vars(importlib.util.module_from_spec(spec)))  # type: ignore[arg-type]
        return time.thread_time() - start

    return load


CONTESTS = (
    Contest(
        "load_plugin",
        "loading the plugin",
        {"ours": ours, f"{len(_OF_PYTHON)} modules of Python": modules_of_python},
        sides=(1,),
        runs=9,
    ),
)
