"""There is one clock: whoever asks for today or now asks :mod:`gridmgmt_plugin.core.clock`."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.imports import every_node, tree_of

PLUGIN = Path(__file__).resolve().parents[2] / "gridmgmt_plugin"
_CLOCK = "core/clock.py"
_ASKING = {
    *("date.today", "datetime.today", "datetime.now", "datetime.utcnow", "time.localtime", "time.strftime"),
    *("QDate.currentDate", "QDateTime.currentDateTime", "QTime.currentTime"),
}
_LAST = {name.rpartition(".")[2] for name in _ASKING}


def asked_beside_the_clock(tree: ast.Module) -> list[str]:
    """Return what asks for the time without a time zone, with its line; moments in UTC are no days of the office."""
    in_utc = {id(call.func) for call in every_node(tree) if isinstance(call, ast.Call) and call.args}
    found = []
    for node in every_node(tree):
        # To write an expression out costs far more than to look at its last name.
        is_like_one = isinstance(node, ast.Attribute) and node.attr in _LAST and id(node) not in in_utc
        if is_like_one and ast.unparse(node) in _ASKING:
            found.append(f"{node.lineno}: {ast.unparse(node)}")
    return found


def test_nobody_asks_another_clock():
    paths = [path for path in PLUGIN.rglob("*.py") if path.relative_to(PLUGIN).as_posix() != _CLOCK]
    asked = {path.name: asked_beside_the_clock(tree_of(path)) for path in paths}
    assert {name: lines for name, lines in asked.items() if lines} == {}


def test_it_is_seen_when_somebody_does():
    text = "default = date.today\nday = QDate.currentDate()\nutc = datetime.now(timezone.utc)\nnow = datetime.now()"
    found = asked_beside_the_clock(ast.parse(text))
    assert found == ["1: date.today", "2: QDate.currentDate", "4: datetime.now"]
