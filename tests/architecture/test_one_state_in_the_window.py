"""What the window asks of a job directly is read in one state: in a block of reading, or in the act's transaction."""

from __future__ import annotations

import ast
import importlib
import inspect
from functools import cache
from pathlib import Path

from tests.architecture.imports import nodes_of

PLUGIN = Path(__file__).resolve().parents[2] / "gridmgmt_plugin"
JOBS = "gridmgmt_plugin.jobs"
_ONE_STATE = {"reading", "transaction", "steady"}


@cache
def called_from_the_window() -> dict[str, str]:
    """Return name → module of every function of a job that gui/ imports and that takes a workspace."""
    found = {}
    for path in (PLUGIN / "gui").rglob("*.py"):
        for node in nodes_of(path):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(JOBS):
                for alias in node.names:
                    thing = getattr(importlib.import_module(node.module), alias.name)
                    if inspect.isfunction(thing) and "workspace" in inspect.signature(thing).parameters:
                        found[alias.name] = thing.__module__
    return found


def states(body: list[ast.stmt]) -> list[int]:
    """Return the lines in which ``workspace`` is read in a state of its own: each block of one state, and each read
    outside of one, also by a function that it is handed to.
    """
    lines = []

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.With) and any(
            isinstance(item.context_expr, ast.Call) and getattr(item.context_expr.func, "attr", "") in _ONE_STATE
            for item in node.items
        ):
            lines.append(node.lineno)
            return
        if isinstance(node, ast.Call):
            handed = any(isinstance(part, ast.Name) and part.id == "workspace" for part in node.args)
            owner = node.func.value if isinstance(node.func, ast.Attribute) else None
            own = isinstance(owner, ast.Name) and owner.id == "workspace"
            if handed or (own and node.func.attr in ("read", "read_all", "count")):
                lines.append(node.lineno)
        for child in ast.iter_child_nodes(node):
            visit(child)

    for statement in body:
        visit(statement)
    return lines


def test_a_job_that_the_window_calls_reads_in_one_state():
    several = []
    for name, home in sorted(called_from_the_window().items()):
        tree = ast.parse(inspect.getsource(importlib.import_module(home)))
        (function,) = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
        several += [f"{home}.{name}"] if len(states(function.body)) > 1 else []
    assert several == [], "these read several times, each in its own state"


def test_the_window_calls_jobs():
    called = set(called_from_the_window())
    assert {"check_again", "plan_fixes", "read_desk", "read_matrix", "rule", "set_duty"} <= called


def test_two_reads_in_a_row_are_seen_and_those_of_one_block_are_one():
    (function,) = ast.parse("def job(workspace):\n    a = workspace.read('a')\n    return other(workspace, a)").body
    assert states(function.body) == [2, 3]
    block = (
        "def job(workspace):\n    with workspace.reading() as read:\n        return read.read('a'), read.count('b')"
    )
    (function,) = ast.parse(block).body
    assert states(function.body) == [2]
