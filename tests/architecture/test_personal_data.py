"""Every way by which a value is stored, told or handed over goes through the one redactor."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.imports import nodes_of

PLUGIN = Path(__file__).resolve().parents[2] / "gridmgmt_plugin"
# Modules that write or say values, and the function by which they mask them.
MASKING = {
    "core/listing.py": {"quoted": "told"},  # every sentence: messages, errors, notes, the log of Processing
    "core/messages.py": {"sentence": "_told", "_told": "quoted"},
    "core/report.py": {"write": "_told", "write_rejected_rows": "told"},
    "workspace/gpkg/transaction.py": {
        "__init__": "redact",
        "insert": "without_people",
        "update": "without_people",
        "set_column": "column_without_people",
        "log": "log_without_people",
    },
    "workspace/postgis/transaction.py": {
        "__init__": "redact",
        "insert": "without_people",
        "append": "without_people",
        "update": "without_people",
        "set_column": "column_without_people",
        "log": "log_without_people",
    },
    "processing/sinks.py": {"write_rows": "redact_column"},
    "workspace/changes/change_log.py": {
        "row_lines": "_without_people",
        "_without_people": "without_people",
        "_explain": "row_without_people",
    },
    "jobs/intake/typed_columns.py": {"_keep_people_out": "redact_column", "typed_columns": "_keep_people_out"},
    "jobs/intake/cases/spool.py": {"put": "without_people"},
    "jobs/analysis/briefing_content.py": {
        "_public": "told",
        "_content": "_public",
        "_shares": "_public",
        "_areas": "_public",
        "_come_back": "_public",
        "_map": "_public",
    },
    "jobs/handover/cleaning.py": {"clean_rows": "redact_column", "refuse_private_keys": "private_keys"},
    "jobs/handover/manifest.py": {"manifest_content": "_told", "_told": "redact"},
    "jobs/handover/package_request.py": {"make_order": "redact"},
    "editing/saving/guard.py": {"_save": "without_people"},
    "editing/saving/masking.py": {"without_people": "row_without_people", "_refuse_private_codes": "private_codes"},
    "gui/jobs/job_run.py": {"run": "told"},
    "plugin.py": {"initGui": "install", "unload": "remove"},  # what stands before QGIS's hook for mistakes
    "core/redaction/mistakes.py": {"_pass_on": "harmless", "_masked": "redact"},
    "processing/base.py": {"processAlgorithm": "harmless"},
}
# Who fills sentences by names, and who writes text files or QGIS's log. Packages are masked before they are written.
# Messages mask what they are filled with, briefings are masked as they are read; the others fill texts of the window,
# which shows what the workspace holds.
FILLING = {
    "core/briefing/words.py",
    "core/messages.py",
    "core/plurals.py",
    "exchange/package/explanations.py",  # with what the manifest has masked
    "gui/jobs/forecast.py",
    "project/i18n.py",
}
WRITING = {
    "core/report.py",
    "exchange/http/journal.py",  # what the other side said, masked
    "exchange/http/outgoing.py",  # layers of a package, copied to be read and taken away again
    "exchange/package/csv_files.py",
    "exchange/package/explanations.py",  # tells what the manifest does, masked
    "exchange/package/grid_requests.py",  # cleaned names of grids and ids of persons
    "exchange/package/layer_files.py",
    "exchange/package/strict_dbf.py",
    "jobs/analysis/briefing.py",  # masked as it is read
    "jobs/handover/manifest.py",
    "jobs/receivers/receiver_profiles.py",  # what a receiver asks for, no content
}
LOGGING = {"editing/saving/guard.py", "gui/frame/message_door.py", "project/layers.py"}


def _calls(nodes: Iterable[ast.AST]) -> set[str]:
    found = set()
    for node in nodes:
        if isinstance(node, ast.Call):
            function = node.func
            found.add(function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", ""))
    return found


@cache
def _calls_of_all() -> dict[str, set[str]]:
    return {path.relative_to(PLUGIN).as_posix(): _calls(nodes_of(path)) for path in PLUGIN.rglob("*.py")}


def _who_calls(*names: str) -> set[str]:
    return {path for path, calls in _calls_of_all().items() if calls & set(names)}


@pytest.mark.parametrize(
    ("module", "function", "masks_by"),
    [(module, name, by) for module, functions in MASKING.items() for name, by in functions.items()],
)
def test_what_stores_or_tells_values_masks_them(module, function, masks_by):
    named = (n for n in nodes_of(PLUGIN / module) if isinstance(n, ast.FunctionDef) and n.name == function)
    (definition,) = named
    assert masks_by in _calls(ast.walk(definition))


def test_nobody_else_fills_sentences_with_values():
    assert _who_calls("format_map", "vformat") == {"core/plurals.py"}
    assert _who_calls("filled") == FILLING


def test_nobody_else_writes_text_files():
    assert _who_calls("writer", "write_text", "write_bytes", "dump") == WRITING


def test_nobody_else_speaks_in_the_log_of_qgis():
    assert _who_calls("logMessage") == LOGGING
