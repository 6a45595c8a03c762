"""PgBouncer before the tests' server, in transaction mode, set up as the administrator's page says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.postgis import idle_connections
from tests.postgis_cluster import DATABASE, OWNER, Cluster, die_with_parent, free_port

PAGE = Path(__file__).parents[1] / "docs" / "administrator.md"
START_TIMEOUT_S = 30


class Pooler:
    """PgBouncer with the settings of the administrator's page; ends with this process, even when that is killed."""

    def __init__(self, cluster: Cluster, **changed: str) -> None:
        """``changed``: settings of the page that are others here."""
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="gridmgmt-pooler-"))
        self._cluster = cluster
        self._changed = changed
        self._process: subprocess.Popen | None = None

    def start(self) -> Pooler:
        """Prepare the database as the page says, unless that is done; start and wait until it answers."""
        if not self._cluster.run("SELECT 1 FROM pg_roles WHERE rolname = 'pgbouncer'"):
            self._cluster.run(_block("sql"))
        # It refuses to run as root.
        as_owner = {"user": OWNER, "group": OWNER, "extra_groups": []} if os.geteuid() == 0 else {}
        (self.folder / "userlist.txt").write_text(f'"pgbouncer" "a long one"\n"{OWNER}" "x"\n', encoding="utf-8")
        (self.folder / "pgbouncer.ini").write_text(self._settings(), encoding="utf-8")
        if as_owner:
            for path in (self.folder, *self.folder.iterdir()):
                shutil.chown(path, OWNER, OWNER)
        self._process = subprocess.Popen(
            [_program(), "-q", self.folder / "pgbouncer.ini"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            preexec_fn=die_with_parent,  # noqa: PLW1509  no other thread runs here
            **as_owner,
        )
        self._wait()
        return self

    def stop(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def before(self, location: PostgresLocation) -> PostgresLocation:
        """Return the place of a workspace as those see it who connect to the pooler."""
        return replace(location, port=self.port)

    def servers(self) -> int:
        """Return how many connections to the server it has for one login and database at most."""
        with closing(self._connect("pgbouncer")) as connection, connection.cursor() as cursor:
            cursor.execute("SHOW SERVERS")
            return max(Counter((user, database) for _, user, database, *_ in cursor.fetchall()).values())

    def _settings(self) -> str:
        """Return the settings of the page with the places of this run in them."""
        settings = {
            "listen_addr": "127.0.0.1",
            "listen_port": str(self.port),
            "auth_file": f"{self.folder}/userlist.txt",
            "admin_users": OWNER,
            "unix_socket_dir": "",
            "logfile": f"{self.folder}/log",
            "pidfile": "",
            **self._changed,
        }
        lines = [line for line in _block("ini").splitlines() if line.partition("=")[0].strip() not in settings]
        at = f"{DATABASE} = host=127.0.0.1 port={self._cluster.port} dbname={DATABASE}"
        lines = [at if line.startswith("grids =") else line for line in lines]
        return "\n".join([*lines, *(f"{name} = {value}" for name, value in settings.items())]) + "\n"

    def _connect(self, database: str):
        import psycopg2

        connection = psycopg2.connect(
            host="127.0.0.1", port=self.port, dbname=database, user=OWNER, password="x", connect_timeout=5
        )
        connection.autocommit = True
        return connection

    def _wait(self) -> None:
        import psycopg2

        end = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                self._connect(DATABASE).close()
            except psycopg2.OperationalError as error:
                if self._process.poll() is not None or time.monotonic() > end:
                    log = self.folder / "log"
                    said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
                    raise RuntimeError(f"{error}\n{said}") from None
                time.sleep(0.05)
            else:
                return


def _block(kind: str) -> str:
    """Return what the page has people write into a file or run."""
    _, _, section = PAGE.read_text(encoding="utf-8").partition("\n## Behind a connection pooler\n")
    (text,) = re.findall(rf"```{kind}\n(.*?)```", section.partition("\n## ")[0], re.DOTALL)
    return text


def _program() -> str:
    found = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip("PgBouncer is not installed (Debian: pgbouncer)")
    return found


@contextmanager
def pooler_before(cluster: Cluster, **changed: str) -> Iterator[Pooler]:
    """Have a pooler before a server for the length of the block; skip the test where PgBouncer is not installed."""
    _program()
    pooler = Pooler(cluster, **changed)
    try:
        yield pooler.start()
    finally:
        idle_connections.close_all()
        pooler.stop()
