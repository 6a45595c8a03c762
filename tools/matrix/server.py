"""Make the root of an older Debian with its PostgreSQL and PostGIS, whose server the tests can use."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.matrix import machine
from tools.matrix.machine import MatrixError, PipSettings
from tools.matrix.root import Release, Root, bootstrap, connect

OUT = Path(__file__).resolve().parents[2] / "out" / "servers"
#: The Debian of each version of PostgreSQL, and its package of PostGIS.
SERVERS = {
    "11": (Release("10", "buster"), "postgresql-11-postgis-2.5"),
    "13": (Release("11", "bullseye"), "postgresql-13-postgis-3"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0 when the root is there."""
    parser = argparse.ArgumentParser(prog="make server SERVER=…", description=__doc__)
    parser.add_argument("version", choices=SERVERS, help="of PostgreSQL")
    parser.add_argument("--mirror", help="address of a Debian archive that holds it (default: the one of apt here)")
    options = parser.parse_args(arguments)
    if os.geteuid() != 0:
        sys.stderr.write("make server builds a root and enters it, which only root may: sudo make server\n")
        return 2
    path = OUT / options.version
    try:
        if not (path / "usr/lib/postgresql" / options.version / "bin/initdb").exists():
            make(path, options.version, options.mirror or machine.mirrors().archive)
    except MatrixError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{path}\nsudo make test SERVER={options.version} TESTS=tests/workspace\n")
    return 0


def make(path: Path, version: str, archive: str) -> None:
    """Make the root of a version of PostgreSQL in a folder; what is left there of an attempt before goes.

    :raises MatrixError: when it could not be made; the log beside the folder says why.
    """
    release, package = SERVERS[version]
    log = path.with_name(f"{version}.log")
    path.parent.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    Root(path).remove()
    bootstrap(path, release, archive, ["ca-certificates"], log)
    (path / "etc/apt/sources.list").write_text(f"deb {archive} {release.codename} main\n", encoding="utf-8")
    environment = {**machine.passed_on(), **connect(path, machine.apt_settings(), PipSettings((), ()))}
    # Debian would make a cluster of its own at once.
    settings = path / "etc/postgresql-common/createcluster.conf"
    settings.parent.mkdir()
    settings.write_text("create_main_cluster = false\n", encoding="utf-8")
    root = Root(path, {**environment, "DEBIAN_FRONTEND": "noninteractive"})
    for command in (["update"], ["install", "-y", "--no-install-recommends", package]):
        if root.run(["apt-get", "-q", *command], log).returncode:
            raise MatrixError(f"apt-get could not install {package}: see {log}")


if __name__ == "__main__":
    sys.exit(main())
