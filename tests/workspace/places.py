"""The two kinds of places in which a workspace lies, with what another program may do to them."""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing, contextmanager
from pathlib import Path

from gridmgmt_plugin.workspace.location import GeoPackageLocation, Location
from tests.stored_content import content_of

KINDS = ("file", "database")


class FilePlace:
    """A GeoPackage in a folder of the test."""

    kind = "file"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.location: Location = GeoPackageLocation(folder / "网格 库.gpkg")

    def another(self) -> Location:
        """Return another place of this kind, where nothing is yet."""
        return GeoPackageLocation(self.folder / f"{uuid.uuid4().hex}.gpkg")

    def state(self) -> object:
        """Return everything that is stored, to compare what was with what is; empty before it is made."""
        if not self.location.path.exists():
            return [path.name for path in self.folder.iterdir()]
        return content_of(self.location.path)

    def run(self, sql: str) -> list[tuple]:
        """Run a statement as another program."""
        with closing(sqlite3.connect(self.location.path)) as connection, connection:
            return connection.execute(sql).fetchall()

    @contextmanager
    def writer(self):
        """Be another program in the middle of writing; it gives up at the end of the block."""
        with closing(sqlite3.connect(self.location.path, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")

    def refuse(self, event: str, table: str) -> None:
        """Have a trigger refuse every INSERT, UPDATE or DELETE of a table."""
        self.run(f"CREATE TRIGGER refusing BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, '不准'); END")


class DatabasePlace:
    """A schema in the server of the tests."""

    kind = "database"

    def __init__(self, cluster) -> None:
        self.cluster = cluster
        self.location: Location = cluster.location()
        self._made = [self.location.schema]

    def another(self) -> Location:
        """Return another place of this kind, where nothing is yet."""
        location = self.cluster.location()
        self._made.append(location.schema)
        return location

    def state(self) -> object:
        """Return everything that is stored, to compare what was with what is; empty before it is made."""
        return self.cluster.dump(self.location)

    def run(self, sql: str) -> list[tuple]:
        """Run statements as another program."""
        return self.cluster.run(f"SET search_path = {self.location.schema}, public; {sql}")

    @contextmanager
    def writer(self):
        """Be another program in the middle of writing unit grids; it gives up at the end of the block."""
        with closing(self.cluster.connect()) as connection:
            with connection.cursor() as cursor:
                cursor.execute(f"UPDATE {self.location.schema}.unit_grid SET note = 'x'")
            yield
            connection.rollback()

    def refuse(self, event: str, table: str) -> None:
        """Have a trigger refuse every INSERT, UPDATE or DELETE of a table."""
        body = "BEGIN RAISE EXCEPTION '不准'; END"
        self.run(
            f"CREATE FUNCTION {self.location.schema}.refusing() RETURNS trigger LANGUAGE plpgsql AS $${body}$$;"
            f"CREATE TRIGGER refusing BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION refusing()"
        )

    def clean(self) -> None:
        """Remove what was made."""
        for schema in self._made:
            self.cluster.drop(schema)


@contextmanager
def place_of(kind: str, folder: Path, request):
    """Give a place of a kind; the server is started when the first test asks for it."""
    if kind == "file":
        yield FilePlace(folder)
        return
    place = DatabasePlace(request.getfixturevalue("postgis"))
    yield place
    place.clean()
