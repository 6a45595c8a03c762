"""Every error code that the code raises has its sentence, in both languages, with the same values."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from gridmgmt_plugin.core.messages import catalogue
from tests.architecture.imports import nodes_of
from tests.languages import LANGUAGES

PACKAGE = Path(__file__).resolve().parents[2] / "gridmgmt_plugin"
RAISING = {"GridError", "InputError", "WorkspaceError", "CapabilityError", "Message"}


def _codes_in_use() -> dict[str, list[str]]:
    used: dict[str, list[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in nodes_of(path):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = node.args[0]
            if name in RAISING and isinstance(first, ast.Constant) and isinstance(first.value, str):
                used.setdefault(first.value, []).append(f"{path.relative_to(PACKAGE)}:{node.lineno}")
    return used


def _placeholders(template: str) -> set[str]:
    """Return the values that a sentence names; those in two languages (``column_zh``, ``column_en``) count as one."""
    names = {name.split("[")[0].split(".")[0] for _, name, _, _ in string.Formatter().parse(template) if name}
    return {name.removesuffix("_zh").removesuffix("_en") for name in names}


def _never_said(codes: list[str], nodes: Iterable[ast.AST]) -> list[str]:
    """Return the codes that are no text among the nodes and fit none built around a value, as f"guard_{kind}"."""
    whole: set[str] = set()
    ends: set[tuple[str, str]] = set()
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            whole.add(node.value)
        elif isinstance(node, ast.JoinedStr) and len(node.values) > 1:
            first, last = (getattr(part, "value", None) for part in (node.values[0], node.values[-1]))
            start, end = (part if isinstance(part, str) else "" for part in (first, last))
            if start.endswith("_") or end.startswith("_"):
                ends.add((start, end))
    built = [code for code in codes if any(code.startswith(start) and code.endswith(end) for start, end in ends)]
    return [code for code in codes if code not in whole and code not in built]


def test_every_code_in_use_has_a_sentence():
    missing = {code: places for code, places in _codes_in_use().items() if code not in catalogue()}
    assert not missing


def test_a_sentence_stands_in_both_languages_and_names_the_same_values():
    entries = catalogue()
    assert len(entries) > 1000
    assert [code for code, entry in entries.items() if set(entry) != set(LANGUAGES)] == []
    assert [code for code, entry in entries.items() if _placeholders(entry["zh"]) != _placeholders(entry["en"])] == []
    assert [
        code for code, entry in entries.items() if not all(entry[language].strip() for language in LANGUAGES)
    ] == []


def test_no_sentence_is_there_that_nothing_says():
    sources = [*PACKAGE.rglob("*.py"), *(PACKAGE.parent / "tools").rglob("*.py")]
    assert _never_said(sorted(catalogue()), chain.from_iterable(map(nodes_of, sources))) == []


def test_a_sentence_that_nothing_says_is_found():
    source = 'Message("cancelled"), Message(f"guard_{kind}"), f"{name}_missing", f"{a}{b}", f"area {code}"'
    codes = ["cancelled", "guard_gap", "layer_missing", "area_gone", "missing_layer"]
    assert _never_said(codes, ast.walk(ast.parse(source))) == ["area_gone", "missing_layer"]
