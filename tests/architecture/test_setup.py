"""The set-up on machines that are not ours: each gets either what is missing, or one clear line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ["sh", "cat", "cksum", "cut", "dirname", "mkdir", "chmod", "rm", "touch", "env"]
PACKAGES = "qgis python3-qgis qgis-providers python3-fiona python3-pyproj python3-venv xvfb xauth fonts-noto-cjk"
TEST_PACKAGES = f"{PACKAGES} postgresql-postgis python3-psycopg2 pgbouncer"


class Machine:
    """A folder with a copy of the set-up, and a PATH that holds nothing but what a test puts there."""

    def __init__(self, folder: Path):
        self.project, self.bin, self.log = folder / "检出 checkout", folder / "bin", folder / "log"
        self.etc = folder / "etc"
        (self.project / "tools").mkdir(parents=True)
        self.bin.mkdir()
        shutil.copy(ROOT / "tools" / "setup.sh", self.project / "tools")
        for name in ("requirements.txt", "requirements-build.txt", "requirements-dev.txt"):
            shutil.copy(ROOT / name, self.project)
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool))
        self.command("python3")

    def command(self, name, body=""):
        path = self.bin / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> "{self.log}"\n{body}\n', encoding="utf-8")
        path.chmod(0o755)

    def debian(self, *, user, installed=False):
        self.command("dpkg-query", "echo installed" if installed else "exit 1")
        self.command("apt-get")
        self.command("id", f"echo {user}")

    def python_that_makes_environments(self, numpy=""):
        """``numpy``: what the new environment answers when it is asked which numpy GDAL's bindings run with."""
        python = self.project / ".venv" / "bin" / "python"
        record = f'case "$1$2" in *gdal_array*) echo "{numpy}";; *) echo "pip $*" >> "{self.log}";; esac'
        make = f"mkdir -p '{python.parent}'; printf '#!/bin/sh\\n%s\\n' '{record}' > '{python}'; chmod +x '{python}'"
        self.command("python3", make)

    def set_up(self, purpose="test"):
        environment = {"PATH": str(self.bin), "SYSTEM_PYTHON": str(self.bin / "python3"), "HOME": os.environ["HOME"]}
        environment["ETC"] = str(self.etc)
        script = ["sh", str(self.project / "tools" / "setup.sh"), purpose]
        return subprocess.run(script, env=environment, capture_output=True, text=True, check=False, timeout=900)

    def asked(self, program):
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return [line for line in lines if line.startswith(program) and not line.startswith("pip -c ")]


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def answer_of(tmp_path, numpy, *, bindings_load):
    """What the script's own question answers in an environment with that numpy, for bindings that load or do not."""
    script = (ROOT / "tools" / "setup.sh").read_text(encoding="utf-8")
    question = re.search(r"numpy_of_the_system\(\) \{.*?-c '(.*?)'", script, re.DOTALL)[1]
    (tmp_path / "osgeo").mkdir()
    (tmp_path / "numpy.py").write_text(f"__version__ = {numpy!r}\n", encoding="utf-8")
    (tmp_path / "osgeo" / "__init__.py").write_text("", encoding="utf-8")
    body = "" if bindings_load else "raise ImportError('numpy.core.multiarray failed to import')\n"
    (tmp_path / "osgeo" / "gdal_array.py").write_text(body, encoding="utf-8")
    command = [sys.executable, "-S", "-c", question]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize(
    ("numpy", "loads", "wanted"),
    [
        ("1.24.2", True, "numpy==1.24.2"),
        ("2.2.4", True, "numpy==2.2.4"),
        ("2.2.4", False, "numpy<2"),
        ("1.24.2", False, "numpy"),
    ],
)
def test_the_numpy_that_the_systems_gdal_was_built_for_is_kept(tmp_path, numpy, loads, wanted):
    assert answer_of(tmp_path, numpy, bindings_load=loads) == wanted


def test_pip_is_told_which_numpy_the_system_has(machine):
    machine.debian(user=0, installed=True)
    machine.python_that_makes_environments("numpy==2.2.4")
    assert machine.set_up("demo").returncode == 0
    assert machine.asked("pip")[-1].endswith("-r requirements-build.txt numpy==2.2.4")


def test_without_an_answer_pip_chooses_the_numpy(machine):
    machine.debian(user=0, installed=True)
    machine.python_that_makes_environments()
    assert machine.set_up("demo").returncode == 0
    assert machine.asked("pip")[-1].endswith("-r requirements-build.txt numpy")


def test_every_other_python_package_is_pinned_and_none_for_one_python_alone():
    for name in ("requirements.txt", "requirements-build.txt", "requirements-dev.txt"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        packages = [line for line in lines if line and not line.startswith(("#", "-r "))]
        assert packages
        assert all(re.fullmatch(r"[\w.-]+==[\d.]+", line) for line in packages)
        assert not any(line.startswith("numpy") for line in packages)


def test_an_environment_of_the_python_before_an_upgrade_is_made_anew(machine):
    machine.debian(user=0, installed=True)
    machine.python_that_makes_environments()
    machine.set_up()
    python = machine.project / ".venv" / "bin" / "python"
    # It runs, with the folder of packages of another version: its own question ends with 1.
    python.write_text('#!/bin/sh\ncase "$2" in *isdir*) exit 1;; esac\n', encoding="utf-8")
    machine.log.unlink()
    assert machine.set_up().returncode == 0
    assert any("venv --system-site-packages" in line for line in machine.asked("python3"))
    assert len(machine.asked("pip")) == 1


def test_what_makes_roots_needs_no_environment(machine):
    machine.debian(user=0)
    assert machine.set_up("matrix").returncode == 0
    _, install = machine.asked("apt-get")
    assert install.split("--no-install-recommends ")[1] == "debootstrap git python3"
    assert machine.asked("python3") == []
    assert not (machine.project / ".venv").exists()


def test_another_system_is_told_that_roots_want_a_debian(machine):
    result = machine.set_up("matrix")
    assert result.returncode != 0
    assert "Debian" in result.stderr


def test_root_on_debian_gets_the_missing_packages(machine):
    machine.debian(user=0)
    machine.python_that_makes_environments()
    assert machine.set_up().returncode == 0
    update, install = machine.asked("apt-get")
    assert update == "apt-get update -qq"
    assert install.split("--no-install-recommends ")[1] == TEST_PACKAGES


def test_the_demo_needs_no_database(machine):
    machine.debian(user=0)
    machine.python_that_makes_environments()
    assert machine.set_up("demo").returncode == 0
    _, install = machine.asked("apt-get")
    assert install.split("--no-install-recommends ")[1] == PACKAGES
    assert not machine.etc.exists()


def test_no_database_server_is_started_by_installing_one(machine):
    machine.debian(user=0)
    machine.python_that_makes_environments()
    assert machine.set_up().returncode == 0
    settings = machine.etc / "postgresql-common" / "createcluster.conf"
    assert settings.read_text(encoding="utf-8") == "create_main_cluster = false\n"
    settings.write_text("mine\n", encoding="utf-8")
    assert machine.set_up().returncode == 0
    assert settings.read_text(encoding="utf-8") == "mine\n"


def test_someone_else_gets_them_through_sudo(machine):
    machine.debian(user=1000)
    machine.command("sudo", 'exec "$@"')
    machine.python_that_makes_environments()
    assert machine.set_up().returncode == 0
    assert len(machine.asked("sudo")) == len(machine.asked("apt-get")) + 1 == 3


def test_without_sudo_the_command_for_root_is_told(machine):
    machine.debian(user=1000)
    result = machine.set_up()
    assert result.returncode != 0
    assert f"apt-get install -y {TEST_PACKAGES}" in result.stderr
    assert machine.asked("apt-get") == []


def test_another_system_is_told_what_to_install(machine):
    machine.command("python3", "exit 1")
    result = machine.set_up()
    assert result.returncode != 0
    assert all(word in result.stderr for word in ("QGIS 3.22", "fiona", "pyproj", "venv", "Xvfb", "PostGIS"))


def test_another_system_that_has_everything_is_served(machine):
    machine.python_that_makes_environments()
    assert machine.set_up().returncode == 0


def test_nothing_is_done_twice(machine):
    machine.debian(user=0, installed=True)
    machine.python_that_makes_environments()
    assert machine.set_up().returncode == 0
    assert len(machine.asked("pip")) == 1
    machine.log.unlink()
    assert machine.set_up().returncode == 0
    assert machine.asked("apt-get") == machine.asked("pip") == machine.asked("python3") == []


def test_what_the_tests_need_serves_the_demo_too(machine):
    machine.debian(user=0, installed=True)
    machine.python_that_makes_environments()
    machine.set_up("test")
    machine.set_up("demo")
    assert [line for line in machine.asked("pip") if "requirements-build.txt" in line] == []


def test_changed_requirements_are_installed_again(machine):
    machine.debian(user=0, installed=True)
    machine.python_that_makes_environments()
    machine.set_up()
    with (machine.project / "requirements.txt").open("a", encoding="utf-8") as requirements:
        requirements.write("another==1\n")
    machine.set_up()
    assert len(machine.asked("pip")) == 2


def test_a_failed_installation_is_tried_again_the_next_time(machine):
    machine.debian(user=0, installed=True)
    machine.python_that_makes_environments()
    machine.set_up()
    python = machine.project / ".venv" / "bin" / "python"
    for stamp in (machine.project / ".venv").glob(".ready*"):
        stamp.unlink()
    python.write_text('#!/bin/sh\n[ "$1" = -c ]\n', encoding="utf-8")
    for _ in range(2):
        result = machine.set_up()
        assert result.returncode != 0
        assert "check the network" in result.stderr


def test_the_runtime_folder_is_for_the_user_alone(machine):
    machine.debian(user=0, installed=True)
    machine.python_that_makes_environments()
    machine.set_up()
    assert (machine.project / "out" / "runtime").stat().st_mode & 0o777 == 0o700


def _demo(tmp_path, *settings):
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "setup.sh").write_text("#!/bin/sh\n", encoding="utf-8")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n", encoding="utf-8")
    for path in (python, tmp_path / "tools" / "setup.sh"):
        path.chmod(0o755)
    shutil.copy(ROOT / "Makefile", tmp_path)
    command = ["make", "--no-print-directory", "demo", *settings]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.splitlines()


def test_the_demo_gets_its_options_word_for_word(tmp_path):
    areas = "数据 dir/县区.gpkg|layername=街道 $x \"a\" 'b' $(shell id)"
    given = _demo(tmp_path, f"AREAS={areas}", "STREETS=streets.shp", "COORDINATES=gcj02", "OUT=结果 out")
    assert given == [
        *("-m", "tools.demo", "--areas", areas, "--streets", "streets.shp"),
        *("--coordinates", "gcj02", "--out", "结果 out"),
    ]


def test_the_demo_without_options_gets_none(tmp_path):
    assert _demo(tmp_path) == ["-m", "tools.demo"]
