"""There is one door through which files change their place: it waits for antivirus programs, others would not."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.imports import nodes_of

PLUGIN = Path(__file__).resolve().parents[2] / "gridmgmt_plugin"
DOOR = PLUGIN / "core" / "files.py"
# `replace` of a text takes two arguments, that of a date takes named ones.
OF_PATHS = {"rename": 1, "replace": 1, "unlink": 0, "rmdir": 0}
OF_MODULES = {"os": {"rename", "renames", "replace", "remove", "unlink", "rmdir"}, "shutil": {"rmtree", "move"}}


def bare_calls(nodes):
    """Return the names of the calls among the nodes of a source that move or remove files without patience."""
    found = []
    for node in nodes:
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        name, owner = node.func.attr, node.func.value
        if (isinstance(owner, ast.Name) and name in OF_MODULES.get(owner.id, ())) or (
            len(node.args) == OF_PATHS.get(name) and all(word.arg == "missing_ok" for word in node.keywords)
        ):
            found.append(name)
    return found


@pytest.mark.parametrize(
    "source",
    [
        "a.unlink()",
        "a.unlink(missing_ok=True)",
        "a.replace(b)",
        "os.replace(a, b)",
        "a.rename(b)",
        "shutil.rmtree(a)",
    ],
)
def test_a_bare_call_is_seen(source):
    assert bare_calls(ast.walk(ast.parse(source)))


@pytest.mark.parametrize("source", ["text.replace('a', 'b')", "day.replace(day=1)", "spec.rename(a, b)"])
def test_what_moves_no_file_is_not(source):
    assert not bare_calls(ast.walk(ast.parse(source)))


def test_only_the_door_moves_and_removes_files():
    modules = (path for path in PLUGIN.rglob("*.py") if path != DOOR)
    assert {str(path.relative_to(PLUGIN)): calls for path in modules if (calls := bare_calls(nodes_of(path)))} == {}


def test_nobody_makes_up_a_name_of_its_own_for_what_is_being_made():
    """``staging_path`` knows a name that is never too long; a package has a folder of its own."""
    # What is unpacked to be read is in nobody's way and has the name that it has in the package.
    own = {"workspace/handover/package_place.py", "exchange/http/outgoing.py", "exchange/package_back/unpacking.py"}
    made_up = re.compile(r"\.unfinished|\.part\"|\.tmp\b|TemporaryDirectory|NamedTemporaryFile|mkdtemp|mkstemp")
    sources = {path.relative_to(PLUGIN).as_posix(): path.read_text(encoding="utf-8") for path in PLUGIN.rglob("*.py")}
    assert {name for name, text in sources.items() if made_up.search(text)} <= own
