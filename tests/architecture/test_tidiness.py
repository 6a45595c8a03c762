"""The house stays in order: imports without circles, folders of a size to take in, nothing that only tests use."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.architecture.dead_code import unread_fields, unused, unused_without_and_with
from tests.architecture.imports import circles, every_node, graph_of, modules_of, tree_of, walk

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "gridmgmt_plugin"
LARGEST_FOLDER = 24
# What QGIS calls when it loads and unloads the plugin.
CALLED_BY_QGIS = (
    "gridmgmt_plugin:classFactory",
    "gridmgmt_plugin.plugin:GridManagementPlugin.initGui",
    "gridmgmt_plugin.plugin:GridManagementPlugin.initProcessing",
    "gridmgmt_plugin.plugin:GridManagementPlugin.unload",
)
# What waits for its use, with the reason why it is there already.
WAITING = {
    "gridmgmt_plugin.core.coverage.gestures.giving:give": "named, told and proven as all gestures are; no tool yet",
    "gridmgmt_plugin.workspace.migrations:SqlRunner.create_table": "for a step that adds a table",
}
# Folders whose tests lie elsewhere, with the reason.
TRIED_ELSEWHERE = {
    "core/briefing": "with the job that fills a briefing, in tests/jobs/analysis",
    "editing/lanes": "with the save that ends each gesture, in tests/qgis/editing/saving and tests/qgis/gui/lanes",
    "editing/zones": "with their tool, in tests/qgis/gui/editing",
    "exchange/front_database": "with the release that is delivered, in tests/jobs/handover",
    "exchange/http": "with the package that is sent, in tests/jobs/handover",
    "jobs/papers": "with the sheets that they draw, which need QGIS, in tests/qgis/project/papers",
    "processing/algorithms": "each by the same tests as all others, in tests/qgis/processing",
}

TEXTS = {".py", ".md", ".json", ".ts", ".html", ".sql", ".csv", ".txt", ".toml", ".yaml"}
MERGE_MARKS = re.compile(rb"^(<{7}|>{7}) ", re.MULTILINE)


@pytest.fixture(scope="module")
def modules():
    return modules_of(PACKAGE)


@pytest.fixture(scope="module")
def programs():
    """The demo and the other programs beside the package are users of it; tests are none."""
    return [tree_of(path) for path in sorted((ROOT / "tools").rglob("*.py"))]


def test_no_modules_import_each_other_in_a_circle(modules):
    assert circles(graph_of(modules)) == []


def test_a_folder_holds_no_more_modules_than_one_takes_in_at_a_glance():
    held = Counter(path.parent.relative_to(ROOT) for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")
    assert {str(folder): count for folder, count in held.items() if count > LARGEST_FOLDER} == {}


def test_tests_lie_in_the_folders_of_what_they_try():
    """What needs QGIS lies below ``tests/qgis``, the rest below ``tests``, in a folder of the same name."""
    held = {path.parent.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py") if path.name != "__init__.py"}
    places = (ROOT / "tests", ROOT / "tests" / "qgis")
    alone = {
        folder.as_posix()
        for folder in held - {Path()}
        if not any(next((place / folder).rglob("test_*.py"), None) for place in places)
    }
    known = {name for name in alone if any(f"{name}/".startswith(f"{one}/") for one in TRIED_ELSEWHERE)}
    assert alone - known == set()
    assert set(TRIED_ELSEWHERE) <= alone


@pytest.fixture(scope="module")
def dead(modules, programs):
    """What nobody uses, without what waits for its use and with it."""
    return unused_without_and_with(WAITING, modules, CALLED_BY_QGIS, programs)


def test_nothing_is_there_that_only_tests_use(dead):
    assert dead[1] == {}


def test_what_waits_for_its_use_is_still_there_and_still_waits(dead):
    assert set(WAITING) <= set(dead[0])


def test_no_result_carries_what_nobody_reads(modules, programs):
    assert set(unread_fields(modules, programs)) == set()


def test_nothing_stands_in_the_catalogue_of_officers_that_nobody_reads():
    program = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    catalogue = json.loads((ROOT / "resources/catalogues/lane_officers.json").read_text(encoding="utf-8"))
    assert [name for name in catalogue if f'"{name}"' not in program] == []


# The checkers themselves, on packages of a few lines.


def _package(**sources: str) -> dict[str, ast.Module]:
    """Return the modules of a package named p."""
    return {f"p.{name}": ast.parse(text) for name, text in sources.items()}


def _dead(entries=("p.main:run",), users=(), **sources: str) -> set[str]:
    return set(unused(_package(**sources), entries, [ast.parse(text) for text in users]))


@pytest.mark.parametrize(
    "statement",
    [
        "from p.b import x",
        "import p.b",
        "from p import b",
        "def f():\n    from p.b import x",
        "if TYPE_CHECKING:\n    from p.b import x",
    ],
)
def test_a_circle_is_found_wherever_the_import_stands(statement: str):
    inside = "def g():\n    from p.a import f"
    graph = graph_of(_package(a=statement, b="from p.c import y", c=inside, d="import p.a"))
    assert circles(graph) == [["p.a", "p.b", "p.c"]]


def test_imports_that_run_one_way_are_no_circle():
    assert circles(graph_of(_package(a="import p.b, p.c", b="import p.c", c="import os"))) == []


def test_circles_that_do_not_touch_are_told_apart():
    graph = graph_of(_package(a="import p.b", b="import p.a", c="import p.d", d="import p.c"))
    assert circles(graph) == [["p.a", "p.b"], ["p.c", "p.d"]]


def test_modules_are_named_by_their_place(tmp_path):
    (tmp_path / "p" / "sub").mkdir(parents=True)
    for name in ("__init__.py", "a.py", "sub/__init__.py", "sub/b.py"):
        (tmp_path / "p" / name).write_text("", encoding="utf-8")
    assert set(modules_of(tmp_path / "p")) == {"p", "p.a", "p.sub", "p.sub.b"}


def test_functions_classes_and_constants_that_nobody_names_are_found():
    main = "def run(): ...\ndef spare(): ...\nclass Spare: ...\nSPARE = 1\nA, B = 1, 2\ntyped: int = 3"
    names = {"spare", "Spare", "SPARE", "A", "B", "typed"}
    assert _dead(main=main) == {f"p.main:{name}" for name in names}


def test_what_is_called_by_what_lives_lives_and_the_line_is_told():
    main = "from p.other import used\n\ndef run():\n    used()\n\ndef left():\n    used()"
    other = "LIMIT = 3\n\ndef used():\n    return LIMIT\n\ndef spare():\n    return used()"
    assert unused(_package(main=main, other=other), ["p.main:run"]) == {"p.main:left": 6, "p.other:spare": 6}


def test_functions_that_only_call_each_other_or_themselves_are_dead():
    main = "def run(): ...\ndef a():\n    b()\ndef b():\n    a()\ndef c():\n    c()"
    assert _dead(main=main) == {"p.main:a", "p.main:b", "p.main:c"}


def test_the_same_name_in_another_module_saves_nobody():
    main = "from p.one import clean\ndef run():\n    clean()"
    assert _dead(main=main, one="def clean(): ...", two="def clean(): ...") == {"p.two:clean"}


def test_a_name_that_is_handed_on_by_another_module_is_followed():
    main = "from p.door import clean\ndef run():\n    clean()"
    assert _dead(main=main, door="from p.one import clean, spare", one="def clean(): ...\ndef spare(): ...") == {
        "p.one:spare"
    }


def test_what_a_module_does_when_it_is_imported_counts():
    assert _dead(main="import p.other\ndef run(): ...", other="def set_up(): ...\nset_up()") == set()
    assert _dead(main="def run(): ...", other="def set_up(): ...\nset_up()") == {"p.other:set_up"}


def test_names_through_a_module_count_and_those_of_libraries_do_not():
    main = "import numpy as np\nfrom p import other\ndef run(): return other.mean, np.total, other.Sum().kept"
    other = "def mean(): ...\ndef total(): ...\nclass Sum:\n    def total(self): ...\n    def kept(self): ..."
    assert _dead(main=main, other=other) == {"p.other:total", "p.other:Sum.total"}


def test_a_method_that_nobody_asks_for_is_found():
    main = "class Thing:\n    def used(self): ...\n    def spare(self): ...\n    def __len__(self): ...\n"
    assert _dead(main=main + "def run(given): return Thing().used()") == {"p.main:Thing.spare"}


def test_a_method_is_not_saved_by_a_field_of_the_same_name_in_another_class():
    main = "class Thing:\n    def saved(self): ...\nclass Other:\n    def __init__(self): self.saved = 1\n"
    assert _dead(main=main + "def run(): return Thing(), Other()") == {"p.main:Thing.saved"}


def test_a_method_that_a_base_or_an_heir_calls_on_itself_is_used():
    main = "class Base:\n    def work(self): self.step()\n    def help(self): ...\n"
    main += "class Heir(Base):\n    def step(self): self.help()\ndef run(): return Heir().work()"
    assert _dead(main=main) == set()


def test_methods_of_a_class_that_nobody_makes_are_told_by_the_class_alone():
    assert _dead(main="def run(): ...\nclass Spare:\n    def one(self): ...") == {"p.main:Spare"}


def test_what_a_class_of_a_library_declares_is_called_by_the_library():
    main = (
        "import json\nclass Writer(json.JSONEncoder):\n    def default(self, o): ...\n    def other(self, o): ...\n"
    )
    assert _dead(main=main + "class Mine(Writer):\n    def encode(self, o): ...\ndef run(): return Mine()") == {
        "p.main:Writer.other"
    }


@pytest.mark.parametrize("text", ["p.tools:Draw", "tools:Draw"])
def test_a_class_that_a_table_names_is_used(text: str):
    assert _dead(main=f"def run(): return '{text}'", tools="class Draw: ...\nclass Spare: ...") == {"p.tools:Spare"}


def test_a_method_that_is_asked_for_by_name_is_used():
    main = "class Thing:\n    def one(self): ...\n    def two(self): ...\n"
    assert _dead(main=main + "def run(): return getattr(Thing(), 'one'), 'two'") == {"p.main:Thing.two"}


def test_a_function_that_a_decorator_of_the_package_takes_is_in_its_hands():
    rules = "import functools\nfrom p.rule import rule\n@rule\ndef one(): ...\n@functools.lru_cache\ndef two(): ..."
    assert _dead(main="import p.rules\ndef run(): ...", rule="def rule(given): ...", rules=rules) == {"p.rules:two"}


def test_programs_beside_the_package_are_users():
    sources = {"main": "def run(): ...", "other": "def asked(): ...\ndef spare(): ..."}
    assert _dead(users=["from p.other import asked\nasked()"], **sources) == {"p.other:spare"}
    assert _dead(**sources) == {"p.other:asked", "p.other:spare"}


def _unread(main: str, *users: str) -> set[str]:
    head = "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass Found:\n    n: int\n    left: int\n"
    return set(unread_fields(_package(main=head + main), [ast.parse(text) for text in users]))


def test_a_field_that_is_only_written_is_found():
    assert _unread("found = Found(n=1, left=2)\nfound.n") == {"p.main:Found.left"}
    assert _unread("Found(1, 2).n", "found.left") == set(), "programs beside the package read too"


def test_a_field_that_is_asked_for_by_its_text_or_with_all_others_is_read():
    assert _unread("getattr(Found(1, 2), 'left')\nFound(1, 2).n") == set()
    assert _unread("    def table(self): return [getattr(self, f.name) for f in fields(self)]") == set()


def test_a_method_can_be_an_entry():
    main = "class Plugin:\n    def load(self): ...\n    def spare(self): ..."
    assert _dead(entries=["p.main:Plugin.load"], main=main) == {"p.main:Plugin.spare"}


def test_no_kinds_are_joined_by_a_line_where_python_3_9_would_work_it_out(modules):
    """In annotations it does not; in a question for the kind of a thing it knows no ``int | str``."""
    found = [
        f"{name}:{node.lineno}"
        for name, tree in modules.items()
        for node in every_node(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("isinstance", "issubclass")
        if any(isinstance(part, ast.BinOp) and isinstance(part.op, ast.BitOr) for part in walk(node.args[1]))
    ]
    assert found == []


def test_no_marks_of_a_merge_are_left_in_any_text():
    folders = ("gridmgmt_plugin", "resources", "docs", "tests", "tools")
    texts = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in TEXTS]
    texts += [path for path in ROOT.iterdir() if path.suffix in TEXTS]
    assert len(texts) > 1000
    assert [path.name for path in texts if MERGE_MARKS.search(path.read_bytes())] == []


def test_texts_have_one_line_end_everywhere_whoever_checks_them_out():
    names = [
        Path(name) for name in ("gridmgmt_plugin/plugin.py", "README.zh-CN.md", "resources/messages/general.json")
    ]
    assert [name for name in names if b"\r" in (ROOT / name).read_bytes()] == []
    if not (ROOT / ".git").exists():
        pytest.skip("not a repository: an unpacked copy has no attributes to ask for")
    asked = subprocess.run(
        ["git", "check-attr", "text", "eol", "--", *names],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert {line.rpartition(": ")[2] for line in asked.stdout.splitlines()} == {"auto", "lf"}
