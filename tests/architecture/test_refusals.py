"""A refusal says first what is the matter, and how often only then: “Unit grids lie across areas (12): …”."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from gridmgmt_plugin.core.messages import catalogue
from tests.architecture.imports import nodes_of
from tests.languages import LANGUAGES

PACKAGE = Path(__file__).resolve().parents[2] / "gridmgmt_plugin"
REFUSING = {"GridError", "InputError", "WorkspaceError", "CapabilityError", "SaveRefused", "Refusal"}
COUNT = re.compile(r"\{(count|seeds)\}")
#: “Not saved:” says that nothing was done, and not why.
HEAD = re.compile(r"^(没有\w*(，\w+)?：|(Not|Nothing was) \w+: )")
#: Fewer letters than these say of what something is told, and not what is the matter with it.
LEAST = {"zh": 6, "en": 12}


def _codes(node: ast.AST) -> list[str]:
    """Return the codes of the message in a refusal, also of one of two."""
    if isinstance(node, ast.Call):
        return _codes(node.args[0]) if node.args else []
    if isinstance(node, ast.IfExp):
        return [*_codes(node.body), *_codes(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def _refusals() -> set[str]:
    calls = [node for path in PACKAGE.rglob("*.py") for node in nodes_of(path) if isinstance(node, ast.Call)]
    refusing = [call for call in calls if getattr(call.func, "id", getattr(call.func, "attr", "")) in REFUSING]
    return {code for call in refusing for code in _codes(call)} & set(catalogue())


def _counts_first(text: str, language: str) -> bool:
    found = COUNT.search(text)
    if found is None:
        return False
    said = re.sub(r"\{[^{}]*\}|\W", "", HEAD.sub("", text[: found.start()]))
    return len(said) < LEAST[language]


def test_refusals_name_the_reason_before_they_count():
    refusals = _refusals()
    assert len(refusals) > 400
    counting = [(code, tongue) for code in refusals for tongue in LANGUAGES]
    assert sorted(pair for pair in counting if _counts_first(catalogue()[pair[0]][pair[1]], pair[1])) == []


@pytest.mark.parametrize(
    ("text", "language", "is_first"),
    [
        ("有 {count} 个单元网格跨越区划界线：{shown}。", "zh", True),
        ("单元网格跨越区划界线（{count} 个）：{shown}。", "zh", False),
        ("没有保存：“{table}”有 {count} 条新记录什么都没有填。", "zh", True),
        ("Not saved: {count} rows say nothing at all.", "en", True),
        ("Not saved: new rows of “{table}” say nothing at all ({count}).", "en", False),
        ("The file is damaged.", "en", False),
    ],
)
def test_a_count_before_its_reason_is_found(text, language, is_first):
    assert _counts_first(text, language) == is_first
