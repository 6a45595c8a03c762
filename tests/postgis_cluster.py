"""A PostgreSQL server with PostGIS of the tests' own: on the loopback address, in a temporary folder.

It is started at the first test that asks for it, serves the whole run and is gone after it. Outside pytest use
:class:`Cluster` itself. Where the variable ``GRIDMGMT_SERVER_ROOT`` names the root of another Debian (``make server``
makes one), the server is that of the root, entered by chroot; psql and the like are this machine's as ever.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from gridmgmt_plugin.workspace.holding_order import in_holding_order
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.postgis.transaction import PostgresTransaction

DATABASE = "grids"
OWNER = "postgres"
START_TIMEOUT_S = 300
SERVER_ROOT = "GRIDMGMT_SERVER_ROOT"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "lc_messages": "C",
    "log_min_messages": "warning",
    # Nothing lives long enough here to be worth it.
    "jit": "off",
    # As it is by itself from version 14 on.
    "password_encryption": "scram-sha-256",
    "autovacuum": "off",
}
# Members of the role "locked" must give a password; everybody else is trusted.
HBA = (
    "host all +locked 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n"
    "host replication all 127.0.0.1/32 trust\n"
)


class NotInstalledError(Exception):
    """What is not installed on this machine."""


def binaries() -> Path:
    """Return the folder of the newest server that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        raise NotInstalledError("PostgreSQL's server is not installed (Debian: postgresql)")
    return found[-1].parent if found else Path(on_path).parent


@dataclass(frozen=True)
class Programs:
    """The server's programs: this machine's, or those of another Debian in the folder ``root``."""

    root: Path | None
    folder: Path

    @classmethod
    def found(cls) -> Programs:
        """Return those of the root that the environment names, else this machine's newest."""
        named = os.environ.get(SERVER_ROOT)
        if not named:
            return cls(None, binaries())
        root = Path(named).resolve()
        versions = [int(path.parts[-3]) for path in root.glob("usr/lib/postgresql/*/bin/initdb")]
        # Who asks for it shall not believe that what was left out went through.
        if not versions:
            raise FileNotFoundError(f"PostgreSQL's server is not installed in {root}: make server")
        return cls(root, Path(f"/usr/lib/postgresql/{max(versions)}/bin"))

    def scratch(self) -> Path:
        """Make a folder that they can reach and write to."""
        made = Path(tempfile.mkdtemp(prefix="gridmgmt-postgis-", dir=self.root and self.root / "tmp"))
        self.give(made)
        return made

    def give(self, folder: Path) -> None:
        """Let them own a folder: PostgreSQL refuses to run as root."""
        if os.geteuid() == 0:
            os.chown(folder, *self._owner())

    def seen(self, path: Path) -> Path:
        """Return a path as they see it."""
        return path if self.root is None else Path("/", path.relative_to(self.root))

    def postgis_library(self) -> str:
        """Return PostGIS's library, or nothing where it is not found; else each connection would load it anew."""
        folder = Path(self.root or "/", (self.folder.parent / "lib").relative_to("/"))
        found = sorted(folder.glob("postgis-[0-9]*.so"))
        return found[-1].stem if found else ""

    def enter(self, at: Path) -> None:
        """Become, between fork and exec, a process of theirs at a path as they see it."""
        owner = self._owner() if os.geteuid() == 0 else None
        if self.root is not None:
            os.chroot(self.root)
        os.chdir(at)
        if owner is not None:
            user, group = owner
            os.setgroups([])
            os.setgid(group)
            os.setuid(user)

    def _owner(self) -> tuple[int, int]:
        """Return user and group whom they run as; a root has numbers of its own."""
        users = Path(self.root or "/", "etc/passwd").read_text(encoding="utf-8").splitlines()
        _, _, user, group, *_ = next(line for line in users if line.startswith(f"{OWNER}:")).split(":")
        return int(user), int(group)


class Cluster:
    """The server; the process ends with this one, even when this one is killed."""

    def __init__(self) -> None:
        self._programs = Programs.found()
        self.folder = self._programs.scratch()
        self.port = free_port()
        self._process: subprocess.Popen | None = None

    def start(self) -> Cluster:
        """Make the cluster and a database with PostGIS in it."""
        data = self._programs.seen(self.folder / "data")
        command = ("initdb", "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8")
        self._call(*command)
        (self.folder / "data" / "pg_hba.conf").write_text(HBA, encoding="utf-8")
        self._run_first()
        self.run(f"CREATE DATABASE {DATABASE}", database="postgres")
        if not self.run("SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'"):
            raise NotInstalledError("PostGIS is not installed (Debian: postgresql-postgis)")
        self.run("CREATE EXTENSION postgis")
        self.run("CREATE ROLE locked NOLOGIN")
        return self

    def pause(self, *, crashes: bool = False) -> None:
        """Stop the server at once; what it stored stays. ``crashes``: it does not tidy up before."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT if crashes else signal.SIGINT)
            self._process.wait(timeout=START_TIMEOUT_S)
            self._process = None

    def start_again(self) -> None:
        """Start a server that pauses."""
        if self._process is None:
            self._run_server()

    @contextmanager
    def as_standby(self) -> Iterator[None]:
        """Let the server be, for the length of the block, one that only copies another and lets nobody write."""
        mark = self.folder / "data" / "standby.signal"
        self.pause()
        mark.touch()
        try:
            self.start_again()
            yield
        finally:
            self.pause()
            mark.unlink()
            self.start_again()

    @contextmanager
    def as_starting(self) -> Iterator[None]:
        """Let the server be, for the length of the block, one that is not yet done with starting."""
        mark = self.folder / "data" / "standby.signal"
        self.pause()
        mark.touch()
        try:
            self._run_server(hot_standby="off")
            yield
        finally:
            self.pause()
            mark.unlink()
            self.start_again()

    def standby(self) -> Cluster:
        """Return another server that copies this one until it is promoted; whoever asks for it stops it."""
        other = Cluster()
        command = ("pg_basebackup", "-h", "127.0.0.1", "-p", str(self.port), "-U", OWNER, "--no-sync")
        self._call(*command, "-D", self._programs.seen(other.folder / "data"), "-R", "-X", "stream", "-c", "fast")
        other._run_server()
        return other

    def stop(self) -> None:
        """Stop the server at once and remove what it stored."""
        self.pause()
        shutil.rmtree(self.folder, ignore_errors=True)

    def location(
        self, schema: str | None = None, *, user: str = OWNER, database: str = DATABASE, password: str | None = None
    ) -> PostgresLocation:
        """Return where a workspace may lie: a schema of the name given, or of a name that nobody has used."""
        name = schema or f"grid_{secrets.token_hex(6)}"
        return PostgresLocation(database, name, "127.0.0.1", self.port, user, password=password)

    def run(self, sql: str, values=None, *, database: str = DATABASE, user: str = OWNER) -> list[tuple]:
        """Run one statement as its own transaction; return its rows."""
        connection = self.connect(database=database, user=user)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def connect(self, *, database: str = DATABASE, user: str = OWNER):
        """Return a plain connection, as another program has it."""
        import psycopg2

        return psycopg2.connect(host="127.0.0.1", port=self.port, dbname=database, user=user, connect_timeout=5)

    def lend(self, folder: Path) -> Path:
        """Let the server own a folder that lies beside its own; return its path as the server sees it."""
        self._programs.give(folder)
        return self._programs.seen(folder)

    def version(self) -> int:
        """Return the server's main version."""
        return int(self.run("SHOW server_version_num")[0][0]) // 10000

    def drop(self, schema: str) -> None:
        """Remove a schema with all that is in it."""
        self.run(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')

    def dump(self, location: PostgresLocation) -> dict[str, list[str]]:
        """Return everything that a schema holds, table by table, to compare what was with what is."""
        columns = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = %s ORDER BY 1"
        # One connection for all: the server takes longer to begin with somebody than for most tables.
        with closing(self.connect(database=location.database)) as connection, connection.cursor() as cursor:
            cursor.execute(columns, (location.schema,))
            found = cursor.fetchall()
            content = {"": sorted(str(row) for row in found)}
            for name in dict(found):
                cursor.execute(f'SELECT t::text FROM "{location.schema}"."{name}" t ORDER BY fid')
                content[name] = [row for (row,) in cursor.fetchall()]
        return content

    def _run_first(self) -> None:
        """Start the server on a free port; another one where somebody took that meanwhile, as parallel runs do."""
        for _ in range(5):
            try:
                self._run_server()
            except RuntimeError as failed:
                if "could not bind" not in str(failed):
                    raise
                self.port = free_port()
            else:
                return
        raise RuntimeError("no port is free")

    def _run_server(self, **more: str) -> None:
        settings = {**SETTINGS, "shared_preload_libraries": self._programs.postgis_library(), **more}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        data = self._programs.seen(self.folder / "data")
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command("postgres", "-D", data, "-p", str(self.port), *options),
                stdout=log,
                stderr=log,
                preexec_fn=self._enter,  # noqa: PLW1509  no other thread runs here
            )
        self._wait()

    def _command(self, program: str, *arguments: str | Path) -> list[str | Path]:
        return [self._programs.folder / program, *arguments]

    def _enter(self) -> None:
        self._programs.enter(self._programs.seen(self.folder))
        # What changes the user forgets this.
        die_with_parent()

    def _call(self, program: str, *arguments: str | Path) -> None:
        command = self._command(program, *arguments)
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=self._enter,
        )
        if done.returncode:
            raise RuntimeError(done.stderr)

    def _wait(self) -> None:
        import psycopg2

        end = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                self.connect(database="postgres").close()
            except psycopg2.OperationalError as refused:
                if "not accepting connections" in str(refused):
                    return
                if self._process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError((self.folder / "log").read_text(encoding="utf-8", errors="replace")) from None
                time.sleep(0.05)
            else:
                return


def server_or_skip() -> Cluster:
    """Start a server; skip the test, saying why, only where PostgreSQL, PostGIS or psycopg2 is not installed."""
    pytest.importorskip("psycopg2", reason="psycopg2 is not installed (Debian: python3-psycopg2)")
    cluster = None
    try:
        binaries()
        cluster = Cluster()
        return cluster.start()
    except NotInstalledError as missing:
        if cluster is not None:
            cluster.stop()
        pytest.skip(str(missing))
    except BaseException:
        if cluster is not None:
            cluster.stop()
        raise


@pytest.fixture(scope="session")
def postgis():
    """Return the server of this test run."""
    cluster = server_or_skip()
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(PostgresTransaction, "hold", held_in_order(PostgresTransaction.hold))
        yield cluster
    cluster.stop()


def held_in_order(hold):
    """Return what holds tables, and complains where a transaction comes to one that it should have taken before."""

    def in_order(transaction, *tables):
        held = transaction._held
        early = in_holding_order({*held, *tables})[: len(held)]
        assert set(early) == held or set(tables) <= held, f"{sorted(held)} are held before {tables}"
        hold(transaction, *tables)

    return in_order


@pytest.fixture
def database_location(postgis):
    """Return a place for one workspace in the server; what is made there is removed."""
    location = postgis.location()
    yield location
    postgis.drop(location.schema)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def die_with_parent() -> None:
    """Have the kernel stop the server when this process ends, however it ends (Linux)."""
    ctypes.CDLL(None).prctl(1, signal.SIGINT)
