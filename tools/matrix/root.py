"""A throw-away root: a Debian in a folder, made by debootstrap, entered in namespaces of its own.

Mounts are made in a mount namespace that ends with the command, and every process in a process namespace that ends
with its first: nothing stays behind, also when the command, the matrix or the machine's patience ends early.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.matrix.machine import CERTIFICATES, MatrixError, Mirrors, PipSettings

CHECKOUT = "/srv/gridmgmt"
SHARED = "/srv/shared"
#: Where pip in a root keeps what it has fetched; the cache of all roots is lent to it there.
PIP_CACHE = "/var/cache/pip"
_OWN_CERTIFICATES = "/etc/ssl/machine.crt"
_TRIES = 10
_NAMESPACES = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private")
# Arguments: the root, how many folders are lent (pairs of here and there follow), the command.
_ENTER = """
set -e
root=$1 lent=$2; shift 2
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
while [ "$lent" -gt 0 ]; do
    mkdir -p "$root$2"
    mount --bind "$1" "$root$2"
    case $3 in ro) mount -o remount,bind,ro "$root$2" ;; esac
    shift 3; lent=$((lent - 1))
done
exec chroot "$root" "$@"
"""


@dataclass(frozen=True)
class Lent:
    """A folder of this machine that a root sees, at the path ``there``; only ``writable`` ones can be changed."""

    here: Path
    there: str
    writable: bool = False


@dataclass(frozen=True)
class Release:
    """A Debian as debootstrap knows it; with ``backports``, QGIS comes from there."""

    name: str
    codename: str
    backports: bool = False


RELEASES = {
    release.name: release
    for release in (
        Release("12", "bookworm"),
        Release("13", "trixie"),
        Release("13-backports", "trixie", backports=True),
    )
}


@dataclass(frozen=True)
class Root:
    """A root in the folder ``path``, with what it is lent whenever it is entered."""

    path: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    lent: tuple[Lent, ...] = ()

    def run(
        self, command: Sequence[str], log: Path | None = None, minutes: float | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the root, as root, in the checkout where there is one.

        Its output goes to ``log``, or is returned. What takes longer than ``minutes`` is ended, with all it started.

        :raises subprocess.TimeoutExpired: when it was ended.
        """
        limit = None if minutes is None else minutes * 60
        lent = [word for one in self.lent for word in (str(one.here), one.there, "rw" if one.writable else "ro")]
        variables = [f"{name}={value}" for name, value in {**_environment(), **self.environment}.items()]
        inside = ["env", "-i", *variables, "sh", "-c", 'cd "$0" 2>/dev/null || cd /; exec "$@"', CHECKOUT, *command]
        words = [*_NAMESPACES, "sh", "-c", _ENTER, "enter", str(self.path), str(len(self.lent)), *lent, *inside]
        if log is None:
            return subprocess.run(
                words, capture_output=True, encoding="utf-8", errors="replace", check=False, timeout=limit
            )
        with log.open("ab") as output:
            return subprocess.run(
                words, stdout=output, stderr=subprocess.STDOUT, encoding="utf-8", check=False, timeout=limit
            )

    def remove(self) -> None:
        """Take the folder away.

        :raises MatrixError: when something is still mounted in it; nothing is removed then.
        """
        mounted = mounts_below(self.path.resolve())
        if mounted:
            raise MatrixError(f"Not removed, as something is mounted there: {', '.join(mounted)}")
        for _ in range(_TRIES):  # what was just killed may still close its files
            shutil.rmtree(self.path, ignore_errors=True)
            if not self.path.exists():
                return
            time.sleep(0.5)


def mounts_below(folder: Path) -> list[str]:
    """Return the mount points in a folder, as this process sees them."""
    lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
    points = [line.split()[4] for line in lines]
    return [point for point in points if Path(point) == folder or folder in Path(point).parents]


def bootstrap(path: Path, release: Release, archive: str, packages: Sequence[str], log: Path) -> None:
    """Make the smallest Debian that has the packages, from the archive at an address.

    :raises MatrixError: when debootstrap fails; the log says why.
    """
    path.mkdir(parents=True)
    command = ["debootstrap", "--variant=minbase", f"--include={','.join(packages)}", release.codename, str(path)]
    with log.open("ab") as output:
        done = subprocess.run([*_NAMESPACES, *command, archive], stdout=output, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        raise MatrixError(f"debootstrap could not make a Debian {release.name}: see {log}")


def build(path: Path, release: Release, mirrors: Mirrors, log: Path) -> None:
    """Make the smallest Debian that has ``make`` and ``git``, with the sources of its release.

    :raises MatrixError: when debootstrap fails; the log says why.
    """
    bootstrap(path, release, mirrors.archive, ["ca-certificates", "git", "make"], log)
    (path / "etc/apt/sources.list").write_text(sources(release, mirrors), encoding="utf-8")
    if release.backports:
        pin = f"Package: src:qgis\nPin: release n={release.codename}-backports\nPin-Priority: 600\n"
        (path / "etc/apt/preferences.d/qgis").write_text(pin, encoding="utf-8")


def sources(release: Release, mirrors: Mirrors) -> str:
    """Return the lines of ``sources.list``."""
    lines = [
        f"deb {mirrors.archive} {release.codename} main",
        f"deb {mirrors.archive} {release.codename}-updates main",
    ]
    if mirrors.security:
        lines.append(f"deb {mirrors.security} {release.codename}-security main")
    if release.backports:
        lines.append(f"deb {mirrors.archive} {release.codename}-backports main")
    return "".join(f"{line}\n" for line in lines)


def connect(path: Path, apt: str, pip: PipSettings) -> dict[str, str]:
    """Give a root this machine's way to the network; return the variables that go with it."""
    for file in ("/etc/resolv.conf", "/etc/hosts"):
        if Path(file).exists():
            (path / file[1:]).unlink(missing_ok=True)
            shutil.copyfile(file, path / file[1:])
    (path / "etc/apt/apt.conf.d/90machine").write_text(apt, encoding="utf-8")
    (path / "etc/pip.conf").write_text("\n".join(["[global]", *pip.lines, ""]), encoding="utf-8")
    if not CERTIFICATES.exists():
        return {}
    shutil.copyfile(CERTIFICATES, path / _OWN_CERTIFICATES[1:])
    return {"SSL_CERT_FILE": _OWN_CERTIFICATES, "PIP_CERT": _OWN_CERTIFICATES}


def copy_checkout(checkout: Path, path: Path) -> None:
    """Put the files of a checkout into the root as a fresh clone would have them, with what is not committed yet.

    In a root that was used before, what was installed there stays.
    """
    target = path / CHECKOUT[1:]
    for entry in target.iterdir() if target.exists() else ():
        if entry.is_dir() and not entry.is_symlink() and entry.name != ".venv":
            shutil.rmtree(entry)
        elif entry.name != ".venv":
            entry.unlink()
    for name in _files(checkout):
        source = checkout / name
        if source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)


def _files(checkout: Path) -> list[str]:
    command = ["git", "-C", str(checkout), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listing = subprocess.run(command, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise MatrixError(f"The matrix tests a git checkout, and git cannot list this one: {error}") from error
    return [os.fsdecode(name) for name in listing.split(b"\0") if name]


def _environment() -> dict[str, str]:
    return {"HOME": "/root", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PIP_CACHE_DIR": PIP_CACHE, "TERM": "dumb"}
