"""The run of the tests itself: the same on every machine, and no long proof in it that nobody asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer

from tests import daily, workers
from tests.back_ends import thin_out
from tests.daily import leave_to_the_proofs
from tests.tries import tries

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"


def collected(*arguments: str) -> list[str]:
    """Return the tests that a run in a process of its own would make."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode in (0, 5), done.stdout + done.stderr  # 5: nothing to run
    return [line for line in done.stdout.splitlines() if "::" in line]


def test_long_proofs_run_only_where_they_are_asked_for():
    assert collected("tests/proof") == []
    asked_for = collected("tests/proof", "-m", "proof")
    files = {line.split("::")[0] for line in asked_for}
    assert files == {f"tests/proof/{path.name}" for path in TESTS.glob("proof/test_*.py")}


def test_make_proof_runs_the_proofs_the_kills_and_what_takes_random_examples():
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").split("\nproof:")[1].split("\n\n")[0]
    assert '-m "proof or kills or hypothesis"' in recipe
    assert "--hypothesis-profile=new_examples" in recipe


def test_beside_others_long_files_begin_first_and_every_folder_has_its_turn(monkeypatch):
    folders = {path.name for path in TESTS.iterdir() if list(path.rglob("test_*.py"))}
    assert folders == set(workers._IN_PARALLEL)
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    items = [SimpleNamespace(path=TESTS / name / "test_a.py") for name in ("core", "qgis", "desktop", "jobs")]
    workers.put_in_order(items)
    assert [item.path.parts[-2] for item in items][-1] == "desktop"
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    workers.put_in_order(items)
    assert [item.path.parts[-2] for item in items] == ["desktop", "qgis", "jobs", "core"]


def test_one_process_in_three_opens_windows_while_the_others_compute_and_those_who_read_code_stay_together():
    files = [f"tests/desktop/test_{n}.py" for n in "abc"] + [f"tests/architecture/test_{n}.py" for n in "ab"]
    tests = [f"{file}::test_it" for file in (*files, "tests/core/test_a.py", "tests/core/test_b.py")]
    config = SimpleNamespace(getvalue=lambda name: ["popen"] * 3, option=SimpleNamespace(loadscopereorder=False))
    scheduler = workers.WindowsBesideOthers(config, Producer("test", enabled=False))
    nodes = [FakeProcess(name) for name in ("gw0", "gw1", "gw2")]
    for node in nodes:
        scheduler.add_node(node)
    for node in nodes:
        scheduler.add_node_collection(node, tests)
    scheduler.schedule()
    handed = {node.gateway.id: [tests[at].split("::")[0] for at in node.handed] for node in nodes}
    assert handed["gw0"] == files[:2]
    assert handed["gw1"] == [*files[3:], "tests/core/test_b.py"]
    assert handed["gw2"] == ["tests/core/test_a.py", files[2]], "nothing else is left for it"


class FakeProcess:
    """A process of a run that only remembers what it is handed."""

    shutting_down = False

    def __init__(self, name):
        self.gateway, self.handed = SimpleNamespace(id=name), []

    def send_runtest_some(self, indices):
        self.handed += indices

    def shutdown(self):
        self.shutting_down = True


def test_every_process_of_a_run_may_keep_what_python_compiled_for_the_next_one():
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    command = ["make", "--eval", "shown:;@env", "shown"]
    shown = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    assert "PATH=" in shown
    assert "PYTHONDONTWRITEBYTECODE" not in shown


@pytest.mark.parametrize("profile", ["same_examples", "new_examples"])
def test_no_example_fails_because_the_machine_is_slow(profile):
    chosen = settings.get_profile(profile)
    assert chosen.deadline is None
    assert HealthCheck.too_slow in chosen.suppress_health_check
    assert chosen.derandomize == (profile == "same_examples")


@pytest.mark.parametrize(("profile", "tried", "of_the_rest"), [("same_examples", 12, 20), ("new_examples", 60, 100)])
def test_every_day_a_fifth_of_the_examples_of_the_long_proofs_is_tried(profile, tried, of_the_rest):
    before = settings.get_current_profile_name()
    try:
        settings.load_profile(profile)
        assert tries(60).max_examples == tried
        assert settings().max_examples == of_the_rest
    finally:
        settings.load_profile(before)


def test_no_test_has_a_deadline_or_health_checks_of_its_own():
    own = ("deadline=", "suppress_health_" + "check=")
    here = Path(__file__).name
    files = [path for path in TESTS.rglob("*.py") if path.name not in (here, "conftest.py")]
    guilty = [path.name for path in files if any(word in path.read_text(encoding="utf-8") for word in own)]
    assert guilty == []


def test_every_test_takes_its_number_of_examples_from_where_the_two_runs_are_told_apart():
    own = "max_" + "examples="
    here = (Path(__file__).name, "conftest.py", "tries.py", "wild_districts.py")  # the last is told by its callers
    files = [path for path in TESTS.rglob("*.py") if path.name not in here and "proof" not in path.parts]
    assert [path.name for path in files if own in path.read_text(encoding="utf-8")] == []


def run_of(folder: Path, files: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run tests of the folder in two processes, with the settings of this project."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "-p", "no:cacheprovider"]
    command += [
        "-n",
        "2",
        "--dist=loadfile",
        "--no-loadscope-reorder",
        "-p",
        "tests.workers",
        *arguments,
        str(folder),
    ]
    # This test may run in such a process itself, and what it starts is none.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST")}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


QUICK = "import pytest\n@pytest.mark.parametrize('n', range(9))\ndef test_quick(n):\n    pass\n"
DYING = """
import os, time
def test_first():
    pass
def test_dies():
    time.sleep(0.5)
    os._exit(3)
def test_after():
    pass
"""
HANGING = "import ctypes\ndef test_hangs():\n    ctypes.PyDLL(None).sleep(250)\n"
LEAVING = """
import os, pytest
@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish():
    if "PYTEST_XDIST_WORKER" in os.environ:
        os._exit(3)
"""


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    ("files", "arguments", "sentence"),
    [
        (
            {"test_a.py": QUICK, "test_b.py": QUICK, "test_c.py": DYING, "test_d.py": QUICK},
            (),
            "crashed while running",
        ),
        ({"test_a.py": HANGING, "test_b.py": QUICK}, ("-o", "faulthandler_timeout=1"), "in test_hangs"),
        ({"test_a.py": "def test_passes(): pass", "conftest.py": LEAVING}, (), "1 passed"),
    ],
    ids=["in a test", "hangs with Python's lock held", "after its last test"],
)
def test_a_run_whose_worker_dies_ends_red_and_says_so(tmp_path, files, arguments, sentence):
    done = run_of(tmp_path, files, *arguments)
    assert done.returncode != 0, done.stdout
    assert "A process of the tests died: gw" in done.stdout
    assert sentence in done.stdout + done.stderr


def test_every_day_each_fifth_test_of_a_module_runs_in_a_database():
    class Item:
        path, module = TESTS / "jobs" / "test_a.py", None

        def __init__(self, kind):
            self.callspec, self.marks = SimpleNamespace(params={"place": kind}), []

        def get_closest_marker(self, name):
            return None

        def add_marker(self, mark):
            self.marks.append(mark.name)

    items = [Item(kind) for kind in ("file", "database") * 6]
    thin_out(items, TESTS / "jobs")
    assert [item.marks for item in items[::2]] == [[]] * 6
    assert [item.marks for item in items[1::2]] == [[], *[["proof"]] * 4, []]


def test_of_the_cases_of_a_test_as_many_run_every_day_as_it_says_spread_over_all():
    def item(test, case, *marks):
        found = SimpleNamespace(nodeid=f"tests/a.py::{test}[{case}]", marks=[])
        found.get_closest_marker = lambda name: next((mark for mark in marks if mark.name == name), None)
        found.add_marker = lambda mark: found.marks.append(mark.name)
        return found

    two, one, proof = pytest.mark.daily(2).mark, pytest.mark.daily(1).mark, pytest.mark.proof.mark
    few = [item("test_few", "other", two, proof)] + [item("test_few", case, two) for case in "abcd"]
    items = [*few, *(item("test_all", case) for case in "ab"), *(item("test_one", case, one) for case in "ab")]
    leave_to_the_proofs(items)
    assert [found.marks for found in items[:-2]] == [[], [], ["proof"], ["proof"], [], [], []]
    assert sorted(found.marks for found in items[-2:]) == [[], ["proof"]]


@pytest.mark.parametrize("has_server", [True, False])
def test_of_many_tests_with_one_case_for_every_day_some_run_on_files_and_some_in_databases(monkeypatch, has_server):
    def item(test, case):
        found = SimpleNamespace(nodeid=f"tests/a.py::{test}[{case}]", marks=[])
        found.get_closest_marker = lambda name: pytest.mark.daily(1).mark if name == "daily" else None
        found.add_marker = lambda mark: found.marks.append(mark.name)
        return found

    items = [item(f"test_{number}", case) for number in range(40) for case in ("file", "database")]
    monkeypatch.setattr(daily, "_has_server", lambda: has_server)
    leave_to_the_proofs(items)
    kept = [found.nodeid for found in items if not found.marks]
    assert len(kept) == 40
    in_databases = sum("database" in name for name in kept)
    assert 12 < in_databases < 28 if has_server else in_databases == 0
