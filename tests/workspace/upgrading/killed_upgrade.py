"""Kill an upgrade at every step that it takes; run as a program by the tests."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import closing
from pathlib import Path

from gridmgmt_plugin.workspace import migrations
from gridmgmt_plugin.workspace.gpkg.connection import connect
from gridmgmt_plugin.workspace.location import GeoPackageLocation, parse_location
from gridmgmt_plugin.workspace.postgis import migrations as on_server
from gridmgmt_plugin.workspace.postgis.connection import connected, run
from gridmgmt_plugin.workspace.schema import SCHEMA_VERSION
from tests.forked import apart

FUTURE = SCHEMA_VERSION + 1
MOST_STEPS = 600
COLUMNS = "ALTER TABLE {} ADD COLUMN slope REAL"


def step(runner) -> None:
    """Change two tables."""
    for table in ("unit_grid", "lane"):
        runner.execute(COLUMNS.format(table))


class Counter:
    """Kills the process at the n-th step, before it is done."""

    def __init__(self, last: int) -> None:
        self._left = last

    def __call__(self, name: str) -> None:
        self._left -= 1
        if self._left == 0:
            os.write(1, f"{name.split(maxsplit=1)[0]} ".encode())
            os.kill(os.getpid(), signal.SIGKILL)

    def before(self, deed, name: str):
        """Return the deed with a step before it and one after it."""

        def done(*given, **named):
            self(name)
            result = deed(*given, **named)
            self(f"{name}_done")
            return result

        return done


def upgrade(location, count: Counter) -> None:
    """Upgrade, counting every statement."""
    if isinstance(location, GeoPackageLocation):
        real = migrations.connect

        def counted(path: Path, *, writable: bool):
            connection = real(path, writable=writable)
            connection.set_trace_callback(count)
            return connection

        migrations.connect = counted
        migrations.replace_file = count.before(migrations.replace_file, "replace")
        migrations.migrate(location.path, {SCHEMA_VERSION: step}, FUTURE)
    else:
        on_server.run = count.before(on_server.run, "run")
        on_server.commit = count.before(on_server.commit, "commit")
        on_server.migrate_schema(location, {SCHEMA_VERSION: step}, FUTURE)
    count("end")


def state_of(location) -> tuple[int, bool, bool, bool]:
    """Return the version, whether each of two tables was changed, and whether there is a copy."""
    version = "SELECT value FROM workspace_info WHERE key = 'schema_version'"
    if isinstance(location, GeoPackageLocation):
        path = location.path
        with closing(connect(path, writable=False)) as connection:
            found = int(connection.execute(version).fetchone()[0])
            names = [connection.execute(f"PRAGMA table_info({one})").fetchall() for one in ("unit_grid", "lane")]
            assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        changed = ["slope" in [row[1] for row in rows] for rows in names]
        return found, changed[0], changed[1], path.with_name(f"{path.stem}.v{SCHEMA_VERSION}.gpkg").exists()
    with connected(location) as connection:
        ((found,),) = run(connection, version)
        columns = (
            "SELECT table_name FROM information_schema.columns WHERE table_schema = %s AND column_name = 'slope'"
        )
        tables = {name for (name,) in run(connection, columns, (location.schema,))}
        copies = run(
            connection, "SELECT 1 FROM pg_namespace WHERE nspname = %s", (f"{location.schema}_v{SCHEMA_VERSION}",)
        )
    return int(found), "unit_grid" in tables, "lane" in tables, bool(copies)


def main() -> None:
    """Print a line per step: what was next, and the state that is left."""
    location = parse_location(sys.argv[1])
    for number in range(1, MOST_STEPS):
        child = os.fork()
        if child == 0:
            upgrade(location, Counter(number))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        state = apart(lambda: state_of(location))
        os.write(1, f"{state}\n".encode())
        if state[0] == FUTURE or not os.WIFSIGNALED(status):
            break


if __name__ == "__main__":
    main()
