"""``make matrix``: roots that leave nothing behind, connected like this machine, and a table of what came out."""

from __future__ import annotations

import os
import shutil
import subprocess
import textwrap
import time
from pathlib import Path

import pytest

from tools.matrix import __main__ as matrix
from tools.matrix import server
from tools.matrix.machine import MatrixError, Mirrors, mirrors_of, pip_settings_of
from tools.matrix.root import RELEASES, Lent, Root, build, copy_checkout, mounts_below, sources

ROOT = Path(__file__).resolve().parents[2]
TARGETS = """\
Debian|bookworm|main|http://mirror.example/debian/
Debian|bookworm-updates|main|http://mirror.example/debian/
Debian|bookworm|contrib|http://other.example/debian/
Debian-Security|bookworm-security|main|http://mirror.example/security/
NodeSource|nodistro|main|http://node.example/
"""


def _may_enter():
    command = ["unshare", "--mount", "--pid", "--fork", "--propagation", "private", "true"]
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


enters = pytest.mark.skipif(not _may_enter(), reason="only root may enter a root, and not in every container")


@pytest.fixture
def root(tmp_path):
    """A root that borrows this system's programs."""
    path = tmp_path / "根 root"
    for folder in ("proc", "sys", "dev/pts", "dev/shm", "etc", "srv/gridmgmt", "tmp"):
        (path / folder).mkdir(parents=True)
    lent = [Lent(Path("/usr"), "/usr")]
    for folder in ("bin", "lib", "lib64"):
        if Path("/", folder).is_symlink():
            (path / folder).symlink_to(f"usr/{folder}")
        elif Path("/", folder).exists():
            lent.append(Lent(Path("/", folder), f"/{folder}"))
    return Root(path, {"SOME": "值"}, tuple(lent))


def _mounts():
    return Path("/proc/mounts").read_text(encoding="utf-8")


def test_the_mirrors_are_those_of_apt():
    assert mirrors_of(TARGETS) == Mirrors("http://mirror.example/debian/", "http://mirror.example/security/")


def test_a_machine_without_security_updates_gives_none():
    assert mirrors_of(TARGETS.replace("Debian-Security", "Other")).security is None


def test_a_machine_that_knows_no_debian_is_told_what_to_do():
    with pytest.raises(MatrixError, match="--mirror"):
        mirrors_of("Ubuntu|noble|main|http://mirror.example/ubuntu/")


def test_backports_are_a_source_of_their_own_release_alone():
    mirrors = mirrors_of(TARGETS)
    assert "backports" not in sources(RELEASES["13"], mirrors)
    lines = sources(RELEASES["13-backports"], mirrors).splitlines()
    assert lines[-1] == "deb http://mirror.example/debian/ trixie-backports main"
    assert "deb http://mirror.example/security/ trixie-security main" in lines


def test_no_host_stands_in_the_files_of_the_matrix():
    for path in (ROOT / "tools" / "matrix").glob("*.py"):
        assert "://" not in path.read_text(encoding="utf-8")


def test_pip_is_told_of_indexes_and_shown_the_folders_that_exist(tmp_path):
    (tmp_path / "index" / "simple").mkdir(parents=True)
    listing = f"""\
global.index-url='https://index.example/simple'
global.extra-index-url='file://{tmp_path}/index/simple file:///not/here'
global.find-links='/not/there'
global.constraint='/etc/somewhere.txt'
:env:.default-timeout='180'
"""
    settings = pip_settings_of(listing)
    assert settings.lines == (
        "index-url = https://index.example/simple",
        f"extra-index-url = file://{tmp_path}/index/simple",
        "timeout = 180",
    )
    assert settings.folders == (tmp_path / "index",)


@enters
def test_a_command_in_a_root_sees_the_root_alone_and_its_environment(root):
    done = root.run(["sh", "-c", "echo $SOME; pwd; ls /; test -r /proc/self/status && echo proc"])
    assert done.returncode == 0, done.stderr
    words = done.stdout.split()
    assert words[:2] == ["值", "/srv/gridmgmt"]
    assert "proc" in words
    assert "home" not in words
    assert root.run(["sh", "-c", "exit 7"]).returncode == 7


@enters
def test_what_is_lent_for_reading_cannot_be_written(root, tmp_path):
    (tmp_path / "lent").mkdir()
    lent = Root(root.path, {}, (*root.lent, Lent(tmp_path / "lent", "/srv/shared")))
    assert lent.run(["sh", "-c", "echo x > /srv/shared/file"]).returncode != 0
    written = Root(root.path, {}, (*root.lent, Lent(tmp_path / "lent", "/srv/shared", writable=True)))
    assert written.run(["sh", "-c", "echo x > /srv/shared/file"]).returncode == 0
    assert (tmp_path / "lent" / "file").read_text(encoding="utf-8") == "x\n"


@enters
def test_no_mount_and_no_process_is_left_behind(root, tmp_path):
    before = _mounts()
    log = tmp_path / "log"
    root.run(["sh", "-c", "sleep 987 & echo started; exit 3"], log)
    assert log.read_text(encoding="utf-8") == "started\n"
    assert _mounts() == before
    assert not any(b"987" in command for command in _commands())
    root.remove()
    assert not root.path.exists()


@enters
def test_what_hangs_is_ended_with_all_its_processes(root, tmp_path):
    with pytest.raises(subprocess.TimeoutExpired):
        root.run(["sh", "-c", "sleep 986 & sleep 986"], tmp_path / "log", minutes=0.02)
    deadline = time.monotonic() + 20
    while any(b"986" in command for command in _commands()):  # the kernel ends them in its own time
        assert time.monotonic() < deadline, "still running"
        time.sleep(0.05)


def _commands():
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:  # it has just ended
            continue
        if words[0] == b"sleep":
            yield words


def test_a_root_in_which_something_is_mounted_is_not_removed():
    with pytest.raises(MatrixError, match="mounted"):
        Root(Path("/")).remove()
    assert "/proc" in mounts_below(Path("/"))


@enters
def test_a_failed_build_is_told_with_its_log(tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin" / "debootstrap"
    fake.write_text("#!/bin/sh\necho no such mirror\nexit 1\n", encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    with pytest.raises(MatrixError, match=r"Debian 13.*root\.log"):
        build(tmp_path / "root", RELEASES["13"], Mirrors("http://mirror.example/", None), tmp_path / "root.log")
    assert "no such mirror" in (tmp_path / "root.log").read_text(encoding="utf-8")


def test_a_checkout_is_copied_as_a_clone_would_have_it(tmp_path):
    checkout = tmp_path / "检出"
    for name in ("Makefile", "tools/a.py", "new.py", "out/log", ".venv/bin/python"):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text(name, encoding="utf-8")
    (checkout / ".gitignore").write_text("/out/\n/.venv/\n", encoding="utf-8")
    for command in (["init", "-q"], ["add", "Makefile", "tools"]):
        subprocess.run(["git", "-C", str(checkout), *command], check=True)
    root = tmp_path / "root"
    copied = root / "srv" / "gridmgmt"
    (copied / ".venv").mkdir(parents=True)
    (copied / "old.py").write_text("", encoding="utf-8")
    copy_checkout(checkout, root)
    names = {str(path.relative_to(copied)) for path in copied.rglob("*") if path.is_file()}
    assert names == {".gitignore", "Makefile", "new.py", "tools/a.py"}
    assert (copied / ".venv").is_dir()


LOG = """
tests/core .....
= 12 passed, 1 skipped in 3.10s (0:00:03) =
FAILED tests/a.py::test_that_counts_5_failed
2 failed, 5 passed, 1 error, 3 warnings in 9.00s
"""


def test_the_tests_of_all_runs_are_counted():
    assert matrix.result("test", 2, LOG) == "17 passed, 3 failed"
    assert matrix.result("test", 0, "= 12 passed in 3.10s =") == "12 passed, 0 failed"


def test_what_ended_before_any_test_is_not_called_good():
    assert matrix.result("test", 2, "mypy: 3 errors") == "0 passed, 0 failed, ended with 2"
    assert matrix.result("demo", 2, "") == "failed (2)"


def test_the_table_has_a_line_for_each_root():
    outcome = matrix.Outcome("Debian 13.1", ("3.40.6", "3.13.5", "3.10.3", "2.2.4"), {"demo": "ok"}, {"demo": 1.25})
    lines = matrix.table([outcome]).splitlines()
    assert lines[2] == "| Debian 13.1 | 3.40.6 | 3.13.5 | 3.10.3 | 2.2.4 | ok        | 1.2 |           |     |"
    assert len({len(line) for line in lines[:3]}) == 1


def test_only_root_can_run_it(monkeypatch, capsys):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert matrix.main([]) == 2
    assert "sudo make matrix" in capsys.readouterr().err


@pytest.fixture
def given(tmp_path):
    """What make gives to Python for a target, line by line; Python itself only says it, or what it is told to."""

    def made(*words, body="printf '%s\\n' \"$@\""):
        for path, script in (("tools/setup.sh", ""), (".venv/bin/python", body)):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
            (tmp_path / path).chmod(0o755)
        shutil.copy(ROOT / "Makefile", tmp_path)
        command = ["make", "--no-print-directory", *words, f"SYSTEM_PYTHON={tmp_path}/.venv/bin/python"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.split("\n")

    return made


def test_make_has_a_server_made_and_the_tests_use_it(given, tmp_path):
    mirror = "http://mirror.example/debian"
    assert given("server", "SERVER=13", f"MIRROR={mirror}")[:-1] == [
        "-m",
        "tools.matrix.server",
        "13",
        "--mirror",
        mirror,
    ]
    assert given("server", "SERVER=13")[:-1] == ["-m", "tools.matrix.server", "13"]
    used = given("test", "SERVER=13", body='echo "$GRIDMGMT_SERVER_ROOT"')
    assert set(used) == {f"{tmp_path}/out/servers/13", ""}
    assert set(given("test", body='echo "$GRIDMGMT_SERVER_ROOT"')) == {""}


def test_a_server_that_cannot_be_made_is_told_with_its_log(tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "unshare").write_text("#!/bin/sh\necho no such mirror\nexit 1\n", encoding="utf-8")
    (tmp_path / "bin" / "unshare").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    with pytest.raises(MatrixError, match=r"Debian 11.*13\.log"):
        server.make(tmp_path / "servers" / "13", "13", "http://mirror.example/")
    assert "no such mirror" in (tmp_path / "servers" / "13.log").read_text(encoding="utf-8")


def test_make_passes_its_settings_on(given):
    told = given("matrix", "RELEASES=12 13", "RUN=test", "TESTS=tests/core tests/jobs", "KEEP=1")
    assert told[:-1] == textwrap.dedent("""\
        -m
        tools.matrix
        --releases
        12
        13
        --run
        test
        --keep
        --tests
        tests/core tests/jobs""").split("\n")
