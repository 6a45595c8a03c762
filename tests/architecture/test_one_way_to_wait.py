"""Whatever is asked of a server is asked through the one door that keeps the window alive."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PLUGIN = Path(__file__).resolve().parents[2] / "gridmgmt_plugin"
_ASKING = {"execute", "executemany", "fetchone", "fetchall", "fetchmany", "commit", "rollback"}
_DOORS = {"answer_of", "wait_for"}
_SQL = [path for path in (PLUGIN / "workspace" / "postgis").glob("*.py") if path.name != "__init__.py"]


def asked_beside_the_door(tree: ast.Module) -> list[str]:
    """Return what asks the server and is not handed to the door, as name or line of the call."""
    handed: set[str] = set()
    excused: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _DOORS:
            handed |= {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
            excused |= {id(part) for argument in node.args for part in ast.walk(argument)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name in handed:
            excused |= {id(part) for part in ast.walk(node)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and id(node) not in excused:
            owner = ast.unparse(node.func.value)
            if node.func.attr in _ASKING or (node.func.attr == "connect" and owner == "psycopg2"):
                found.append(f"{node.lineno}: {ast.unparse(node.func)}")
    return found


@pytest.mark.parametrize("path", _SQL, ids=lambda path: path.stem)
def test_the_server_is_asked_through_one_door(path):
    found = asked_beside_the_door(ast.parse(path.read_text(encoding="utf-8")))
    # In a thread of its own, which nobody waits for.
    assert [line for line in found if "asking" not in line and "runner" not in line] == []


def test_no_other_folder_knows_the_library():
    for path in PLUGIN.rglob("*.py"):
        if "postgis" not in path.relative_to(PLUGIN).parts and "psycopg2" in path.read_text(encoding="utf-8"):
            assert "import psycopg2" not in path.read_text(encoding="utf-8"), path


def test_what_goes_past_the_door_is_seen():
    assert asked_beside_the_door(ast.parse("def f(c):\n    c.execute('SELECT 1')"))
    assert asked_beside_the_door(ast.parse("def f():\n    return psycopg2.connect()"))
    assert not asked_beside_the_door(ast.parse("def f(c):\n    answer_of(c, lambda: c.execute('SELECT 1'))"))
