"""Run demo and tests in throw-away roots of Debian 12, 13 and 13 with backports, and print what came out."""

from __future__ import annotations

import argparse
import os
import platform
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.matrix import machine
from tools.matrix.machine import MatrixError
from tools.matrix.root import PIP_CACHE, RELEASES, SHARED, Lent, Release, Root, build, connect, copy_checkout

CHECKOUT = Path(__file__).resolve().parents[2]
OUT = CHECKOUT / "out" / "matrix"
PARTS = ("demo", "test")
# Where the project was checked out beside the real districts, the tests of them run as well.
_BESIDE = CHECKOUT.parent / "shared"
_VERSIONS = """
import platform, numpy
from osgeo import gdal
from qgis.core import Qgis
print("|".join([Qgis.QGIS_VERSION.split("-")[0], platform.python_version(), gdal.__version__, numpy.__version__]))
"""
# Far more than the slowest part takes on a busy machine: what hangs must not keep the other roots waiting.
_LIMIT_MINUTES = 120.0
_TIMED_OUT = 124
_COUNTED = re.compile(r"(\d+) (passed|failed|errors?)\b")
_SUMMARY = re.compile(r"^=*\s*(?:\d+ [a-z]+(?:, )?)+ in [\d.]+s")


@dataclass
class Outcome:
    """One line of the table; minutes and result of a part that did not run stay blank."""

    system: str
    versions: tuple[str, ...] = ("–", "–", "–", "–")
    results: dict[str, str] = field(default_factory=dict)
    minutes: dict[str, float] = field(default_factory=dict)
    failed: bool = False

    def cells(self) -> list[str]:
        """Return the line's cells in the order of :data:`HEAD`."""
        parts = []
        for part in PARTS:
            parts += [self.results.get(part, ""), f"{self.minutes[part]:.1f}" if part in self.minutes else ""]
        return [self.system, *self.versions, *parts]


HEAD = ["system", "QGIS", "Python", "GDAL", "numpy", "make demo", "min", "make test", "min"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0 when everything that was asked for went through in every root."""
    options = _options(arguments)
    if os.geteuid() != 0:
        sys.stderr.write("make matrix builds roots and enters them, which only root may: sudo make matrix\n")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    OUT.mkdir(parents=True, exist_ok=True)
    try:
        mirrors = machine.Mirrors(options.mirror, options.security) if options.mirror else machine.mirrors()
        outcomes = [_try(RELEASES[name], options, mirrors) for name in options.releases]
    except MatrixError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    text = table(outcomes)
    (OUT / "table.md").write_text(text, encoding="utf-8")
    sys.stdout.write(f"\n{text}\nLogs: {OUT}\n")
    return int(any(outcome.failed for outcome in outcomes))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make matrix", description=__doc__)
    parser.add_argument("--releases", nargs="+", choices=RELEASES, default=list(RELEASES))
    parser.add_argument("--run", nargs="+", choices=PARTS, default=list(PARTS), help="what to run, in this order")
    parser.add_argument("--tests", help="only these tests: paths, separated by blanks")
    parser.add_argument("--keep", action="store_true", help="leave the roots, and use those that are there")
    parser.add_argument("--roots", type=Path, default=OUT / "roots", help="their folder (default out/matrix/roots)")
    parser.add_argument("--mirror", help="address of a Debian archive (default: the one that apt uses here)")
    parser.add_argument("--security", help="with --mirror: address of its security updates")
    return parser.parse_args(arguments)


def _try(release: Release, options: argparse.Namespace, mirrors: machine.Mirrors) -> Outcome:
    logs = OUT / release.name
    logs.mkdir(exist_ok=True)
    for log in logs.glob("*.log"):
        log.unlink()
    path = options.roots.resolve() / release.name
    outcome = Outcome(f"Debian {release.name}")
    try:
        root = _prepared(release, path, mirrors, logs / "root.log", keep=options.keep)
        outcome.system = f"Debian {_first_line(root, 'cat', '/etc/debian_version')}"
        outcome.system += " + backports" if release.backports else ""
        for part in options.run:
            _run_part(root, part, logs / f"{part}.log", options.tests, outcome)
        versions = _first_line(root, "env", "PROJ_DATA=/usr/share/proj", ".venv/bin/python", "-c", _VERSIONS)
        if versions.count("|") == 3:
            outcome.versions = tuple(versions.split("|"))
    except MatrixError as error:
        sys.stderr.write(f"{error}\n")
        outcome.failed = True
    finally:
        if not options.keep:
            Root(path).remove()
    return outcome


def _prepared(release: Release, path: Path, mirrors: machine.Mirrors, log: Path, *, keep: bool) -> Root:
    if path.exists() and not keep:
        Root(path).remove()
    if not (path / "etc/debian_version").exists():
        _say(f"Debian {release.name}: making a root")
        Root(path).remove()
        build(path, release, mirrors, log)
    pip = machine.pip_settings(sys.executable)
    environment = {**machine.passed_on(), **connect(path, machine.apt_settings(), pip)}
    copy_checkout(CHECKOUT, path)
    cache = OUT / "cache"
    lent = [Lent(folder, str(folder)) for folder in pip.folders]
    for name, there in (("debs", "/var/cache/apt/archives"), ("pip", PIP_CACHE)):
        (cache / name).mkdir(parents=True, exist_ok=True)
        lent.append(Lent(cache / name, there, writable=True))
    if _BESIDE.is_dir():
        lent.append(Lent(_BESIDE.resolve(), SHARED))
    return Root(path, environment, tuple(lent))


def _run_part(root: Root, part: str, log: Path, tests: str | None, outcome: Outcome) -> None:
    _say(f"{outcome.system}: make {part}")
    begun = time.monotonic()
    command = ["make", part] + ([f"TESTS={tests}"] if part == "test" and tests else [])
    try:
        code = root.run(command, log, _LIMIT_MINUTES).returncode
    except subprocess.TimeoutExpired:
        code = _TIMED_OUT
    outcome.minutes[part] = (time.monotonic() - begun) / 60
    outcome.results[part] = result(part, code, log.read_text(encoding="utf-8", errors="replace"))
    outcome.failed |= code != 0


def result(part: str, code: int, text: str) -> str:
    """Return in few words how a part went: what its exit code says, and for tests how many passed and failed."""
    if part != "test":
        return "ok" if code == 0 else f"failed ({code})"
    counts = {"passed": 0, "failed": 0}
    for line in text.splitlines():
        if _SUMMARY.match(line):
            for number, word in _COUNTED.findall(line):
                counts["passed" if word == "passed" else "failed"] += int(number)
    words = f"{counts['passed']} passed, {counts['failed']} failed"
    return words if (code == 0) == (counts["failed"] == 0) else f"{words}, ended with {code}"


def table(outcomes: Sequence[Outcome]) -> str:
    """Return the table, as Markdown that can also be read as it is, with the machine below it."""
    lines = [HEAD, *(outcome.cells() for outcome in outcomes)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    rows = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |" for line in lines]
    rows.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(rows) + f"\n\n{_machine()}\n"


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    day = time.strftime("%Y-%m-%d")
    return f"{day}, {len(os.sched_getaffinity(0))} cores ({platform.machine()}), {memory:.0f} GiB; {_commit()}"


def _commit() -> str:
    command = ["git", "-C", str(CHECKOUT), "describe", "--always", "--dirty"]
    return "commit " + subprocess.run(command, capture_output=True, encoding="utf-8", check=False).stdout.strip()


def _first_line(root: Root, *command: str) -> str:
    lines = root.run(command).stdout.strip().splitlines()
    return lines[-1] if lines else "–"


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
