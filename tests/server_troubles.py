"""What befalls a database while planners work: each cause with how it comes about, ends, and what is told of it."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.postgis import idle_connections
from tests.foreign_words import foreign
from tests.postgis_cluster import OWNER, Cluster

PLANNER, PASSWORD = "officer", "geheim"
TINY_DISK = "16m"
# What an administrator's own trigger does whenever a line of the change log is written.
_TRIGGER = (
    "CREATE OR REPLACE FUNCTION {schema}.slowly() RETURNS trigger LANGUAGE plpgsql"
    " AS $$BEGIN {does}; RETURN NEW; END$$; DROP TRIGGER IF EXISTS slowly ON {schema}.change_log;"
    " CREATE TRIGGER slowly BEFORE INSERT ON {schema}.change_log"
    " FOR EACH ROW EXECUTE FUNCTION {schema}.slowly()"
)
_SORTS = (
    "SET LOCAL work_mem = '64kB';"
    " PERFORM count(*) FROM (SELECT g FROM generate_series(1, 50000) g ORDER BY 1 OFFSET 0) sorted"
)
_RESET = f"ALTER ROLE {PLANNER} RESET ALL"
_NO_TRIGGER = "DROP TRIGGER IF EXISTS slowly ON {schema}.change_log"


class Office:
    """A database of its own in the server of the tests, with one workspace and one planner who has a password."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster, self.database = cluster, "office"
        self.owner: PostgresLocation = cluster.location("gridmgmt", database=self.database)
        self.planner: PostgresLocation = cluster.location(
            "gridmgmt", database=self.database, user=PLANNER, password=PASSWORD
        )
        self.left = ExitStack()

    def prepare(self) -> None:
        """Make the database."""
        self.run(f"CREATE DATABASE {self.database}")
        self.inside("CREATE EXTENSION postgis")
        self.make_planner()

    def make_planner(self) -> None:
        """Make the planner's login, and give him his rights where there are tables."""
        self.run(f"CREATE ROLE {PLANNER} LOGIN PASSWORD '{PASSWORD}' IN ROLE locked")
        self.grant()

    def grant(self) -> None:
        """Give the planner his rights once more."""
        if self.inside("SELECT to_regnamespace('gridmgmt')")[0][0]:
            self.inside(f"GRANT USAGE ON SCHEMA gridmgmt TO {PLANNER}")
            self.inside(f"GRANT ALL ON ALL TABLES IN SCHEMA gridmgmt TO {PLANNER}")

    def drop(self) -> None:
        """Remove everything."""
        idle_connections.close_all()
        self.run(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")
        self.run(f"DROP ROLE IF EXISTS {PLANNER}")

    def run(self, *statements: str) -> None:
        """Run statements beside the database."""
        for one in statements:
            self.cluster.run(one, database="postgres")

    def inside(self, statement: str) -> list[tuple]:
        """Run a statement in the database."""
        return self.cluster.run(statement.format(schema="gridmgmt"), database=self.database)

    def everybody_out(self) -> None:
        """End every connection to the database."""
        found = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'office'"
        self.cluster.run(found, database="postgres")


@dataclass(frozen=True)
class Trouble:
    """``code``: what is told at a save, ``at_opening``: at an opening, "" where it goes well all the same. ``kept``:
    it strikes connections that are there already; else only who connects anew.
    """

    name: str
    begin: Callable[[Office], object]
    end: Callable[[Office], object]
    code: str
    at_opening: str = ""
    kept: bool = False

    def __str__(self) -> str:
        return self.name

    @contextmanager
    def on(self, office: Office) -> Iterator[None]:
        """Let it be for the length of the block."""
        try:
            self.begin(office)
            if not self.kept:
                idle_connections.close_all()
            yield
        finally:
            self.end(office)
            office.left.close()
            idle_connections.close_all()


def _says(*statements: str) -> Callable[[Office], None]:
    return lambda office: office.run(*statements)


def _inside(statement: str) -> Callable[[Office], object]:
    return lambda office: office.inside(statement)


def _fill_up(office: Office) -> None:
    """Take every connection that the server has for those who are no administrators."""
    import psycopg2

    with suppress(psycopg2.OperationalError):
        for _ in range(200):
            held = office.cluster.connect(database="postgres")
            office.left.callback(held.close)


def _rename(office: Office) -> None:
    office.everybody_out()
    office.run("ALTER DATABASE office RENAME TO office_2026")


def _drop(office: Office) -> None:
    office.everybody_out()
    office.run("CREATE DATABASE office_kept TEMPLATE office", "DROP DATABASE office WITH (FORCE)")


def _restore(office: Office) -> None:
    office.run("CREATE DATABASE office TEMPLATE office_kept", "DROP DATABASE office_kept")


def _drop_role(office: Office) -> None:
    office.everybody_out()
    office.inside(f"DROP OWNED BY {PLANNER}")
    office.run(f"DROP ROLE {PLANNER}")


def _want_encryption(office: Office) -> None:
    rules = office.cluster.folder / "data" / "pg_hba.conf"
    before = rules.read_text(encoding="utf-8")
    rules.write_text(f"hostssl all {PLANNER} all trust\nhost all {OWNER} all trust\n", encoding="utf-8")

    def back() -> None:
        rules.write_text(before, encoding="utf-8")
        _reload(office)

    office.left.callback(back)
    _reload(office)


def _reload(office: Office) -> None:
    """Have the server read its rules again, and wait until it has."""
    loaded = "SELECT pg_conf_load_time()"
    before = office.cluster.run(loaded)
    office.run("SELECT pg_reload_conf()")
    while office.cluster.run(loaded) == before:
        time.sleep(0.02)


@contextmanager
def tiny_disk(inside: Path | None = None) -> Iterator[Path]:
    """Give a folder that soon is full, in another one if wanted; skip the test where nobody may mount one."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a disk of a few megabytes")
    with tempfile.TemporaryDirectory(prefix="gridmgmt-tiny-", dir=inside) as folder:
        Path(folder).chmod(0o755)
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={TINY_DISK},mode=777", "none", folder],
            check=False,
            capture_output=True,
        )
        if mounted.returncode:
            pytest.skip(f"no disk of a few megabytes can be mounted: {mounted.stderr.decode()}")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)  # a backend may still look at it


def _fill_disk(office: Office) -> None:
    import psycopg2

    disk = office.left.enter_context(tiny_disk(office.cluster.folder.parent))
    place = disk / "space"
    place.mkdir()
    office.run(f"CREATE TABLESPACE tiny LOCATION '{office.cluster.lend(place)}'")

    def leave() -> None:
        office.inside("DROP TABLE IF EXISTS public.filler")
        office.inside("ALTER TABLE {schema}.change_log SET TABLESPACE pg_default")
        office.run("CHECKPOINT", "DROP TABLESPACE tiny")

    office.left.callback(leave)
    office.inside("ALTER TABLE {schema}.change_log SET TABLESPACE tiny")
    office.inside("CREATE TABLE public.filler (a text) TABLESPACE tiny")
    with suppress(psycopg2.errors.DiskFull):
        while True:
            office.inside("INSERT INTO public.filler SELECT repeat('x', 900) FROM generate_series(1, 1000)")
    with suppress(psycopg2.errors.DiskFull):
        while True:
            office.inside("INSERT INTO public.filler SELECT repeat('x', 900) FROM generate_series(1, 8)")


def _free_disk(office: Office) -> None:
    office.inside("DROP TABLE IF EXISTS public.filler")


def _sort_nothing(office: Office) -> None:
    office.run(f"ALTER ROLE {PLANNER} SET temp_file_limit = 0")
    office.inside(_TRIGGER.replace("{does}", _SORTS))


def _sort_again(office: Office) -> None:
    office.run(_RESET)
    office.inside(_NO_TRIGGER)


def _nothing(office: Office) -> None:
    """What ended with the block."""


TROUBLES = (
    Trouble(
        "the login has all its connections",
        _says(f"ALTER ROLE {PLANNER} CONNECTION LIMIT 0"),
        _says(f"ALTER ROLE {PLANNER} CONNECTION LIMIT -1"),
        "postgres_connections_full",
        "postgres_connections_full",
    ),
    Trouble(
        "the database has all its connections",
        _says("ALTER DATABASE office CONNECTION LIMIT 0"),
        _says("ALTER DATABASE office CONNECTION LIMIT -1"),
        "postgres_connections_full",
        "postgres_connections_full",
    ),
    Trouble(
        "the server has all its connections",
        _fill_up,
        _nothing,
        "postgres_connections_full",
        "postgres_connections_full",
    ),
    Trouble(
        "the password has expired",
        _says(f"ALTER ROLE {PLANNER} VALID UNTIL '2020-01-01'"),
        _says(f"ALTER ROLE {PLANNER} VALID UNTIL 'infinity'"),
        "postgres_password_wrong",
        "postgres_password_wrong",
    ),
    Trouble(
        "the password is another",
        _says(f"ALTER ROLE {PLANNER} PASSWORD 'another'"),
        _says(f"ALTER ROLE {PLANNER} PASSWORD '{PASSWORD}'"),
        "postgres_password_wrong",
        "postgres_password_wrong",
    ),
    Trouble(
        "the login is locked",
        _says(f"ALTER ROLE {PLANNER} NOLOGIN"),
        _says(f"ALTER ROLE {PLANNER} LOGIN"),
        "postgres_refused",
        "postgres_refused",
    ),
    Trouble(
        "the login is gone",
        _drop_role,
        Office.make_planner,
        "postgres_password_wrong",
        "postgres_password_wrong",
        kept=True,
    ),
    Trouble(
        "the database has another name",
        _rename,
        _says("ALTER DATABASE office_2026 RENAME TO office"),
        "postgres_database_missing",
        "postgres_database_missing",
        kept=True,
    ),
    Trouble(
        "the database was dropped and comes out of its backup",
        _drop,
        _restore,
        "postgres_database_missing",
        "postgres_database_missing",
        kept=True,
    ),
    Trouble(
        "the database takes no connections",
        _says("ALTER DATABASE office ALLOW_CONNECTIONS false"),
        _says("ALTER DATABASE office ALLOW_CONNECTIONS true"),
        "postgres_not_accepting",
        "postgres_not_accepting",
    ),
    Trouble(
        "the right to connect is taken",
        _says("REVOKE CONNECT ON DATABASE office FROM public"),
        _says("GRANT CONNECT ON DATABASE office TO public"),
        "postgres_refused",
        "postgres_refused",
    ),
    Trouble(
        "the right to the schema is taken",
        _inside(f"REVOKE USAGE ON SCHEMA {{schema}} FROM {PLANNER}"),
        Office.grant,
        "postgres_not_permitted",
        "postgres_not_permitted",
        kept=True,
    ),
    Trouble(
        "the right to write is taken",
        _inside(f"REVOKE INSERT ON {{schema}}.change_log FROM {PLANNER}"),
        Office.grant,
        "postgres_no_right_to_write",
        kept=True,
    ),
    Trouble(
        "the database is for reading only",
        _says("ALTER DATABASE office SET default_transaction_read_only = on"),
        _says("ALTER DATABASE office RESET default_transaction_read_only"),
        "postgres_read_only",
    ),
    Trouble(
        "the server wants encryption",
        _want_encryption,
        _nothing,
        "postgres_not_admitted",
        "postgres_not_admitted",
    ),
    Trouble("the disk of the server is full", _fill_disk, _free_disk, "workspace_disk_full", kept=True),
    Trouble(
        "the server lets nobody sort that much",
        _sort_nothing,
        _sort_again,
        "postgres_server_full",
    ),
    Trouble(
        "the server is slower than anybody waits",
        _inside(_TRIGGER.replace("{does}", "PERFORM pg_sleep(3)")),
        _inside(_NO_TRIGGER),
        "postgres_too_slow",
        kept=True,
    ),
    Trouble(
        "the server lets a save take no longer",
        _inside(_TRIGGER.replace("{does}", "PERFORM pg_terminate_backend(pg_backend_pid())")),
        _inside(_NO_TRIGGER),
        "postgres_connection_lost",
        kept=True,
    ),
)
# Limits that an administrator sets for everybody and that a save has its own for.
LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "idle_session_timeout")


@contextmanager
def limited(office: Office, limit: str) -> Iterator[None]:
    """Have a limit of a fifth of a second in the block, and a server that takes twice as long."""
    if limit == "idle_session_timeout" and office.cluster.version() < 14:
        pytest.skip("this server ends no connection that is idle")
    office.run(f"ALTER ROLE {PLANNER} SET {limit} = '200ms'")
    office.inside(_TRIGGER.replace("{does}", "PERFORM pg_sleep(0.4)"))
    idle_connections.close_all()
    try:
        yield
    finally:
        office.run(_RESET)
        office.inside(_NO_TRIGGER)
        idle_connections.close_all()


def assert_right(message: Message) -> None:
    """Make sure that a sentence says where, in words of its language, and holds no password."""
    place = str(message.details.get("path") or message.details.get("place"))
    for language in ("zh", "en"):
        assert place in message.text(language)
        assert PASSWORD not in message.text(language)
    said_by_the_server = "（[^）]*）"
    ours = re.sub(said_by_the_server, "", message.text("zh").replace(place, "")).replace("gridmgmt", "")
    assert not foreign(ours, "zh"), ours
