"""A database of its own with counties in it, and the city's view over them as an administrator makes it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from secrets import token_hex

from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.postgis import idle_connections
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.postgis_cluster import OWNER, Cluster, binaries
from tests.workspace.conftest import EPSG_FRAME, unit_rows

VIEWS = "gridmgmt_city"


@dataclass(frozen=True)
class City:
    """A database whose schemas are counties; ``database``: its name."""

    cluster: Cluster
    database: str

    def place(self, schema: str) -> PostgresLocation:
        """Return the place of a county."""
        return self.cluster.location(schema, database=self.database)

    def add(self, schema: str, county: str, frame: Frame = EPSG_FRAME, units: int = 4) -> Workspace:
        """Make a county of so many unit grids."""
        with Workspace.create(self.place(schema), WorkspaceInfo(frame, county, f"{schema}区")) as (_, transaction):
            rows = unit_rows(units)
            codes = [county + code[6:] for code in rows["code"]]
            transaction.insert("unit_grid", rows.with_columns(code=codes, area_code=[code[:12] for code in codes]))
        return Workspace.open(self.place(schema))

    def run(self, sql: str, user: str = OWNER) -> list[tuple]:
        """Run one statement."""
        return self.cluster.run(sql, database=self.database, user=user)

    def make_view(self) -> str:
        """Run the file, as the administrator's page says; return what was told."""
        done = subprocess.run(
            [
                *(binaries() / "psql", "-q", "-X", "-h", "127.0.0.1", "-p", str(self.cluster.port), "-U", OWNER),
                *("-d", self.database, "-v", "ON_ERROR_STOP=1", "-f", resource_path("schema/city.sql")),
            ],
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stderr

    def rebuild(self) -> None:
        """Make the views anew, as the administrator's page says."""
        self.run(f"SELECT {VIEWS}.rebuild()")


def counted(city: City, view: str = "unit_grid") -> dict[str, int]:
    """Return how many rows each schema has in a view."""
    return dict(city.run(f"SELECT schema_name, count(*) FROM {VIEWS}.{view} GROUP BY 1"))


@contextmanager
def city_in(cluster: Cluster, like: City | None = None) -> Iterator[City]:
    """Have a database without any county, or a copy of another city, for the length of the block."""
    database = f"city_{token_hex(6)}"
    idle_connections.close_all()
    cluster.run(f"CREATE DATABASE {database}{f' TEMPLATE {like.database}' if like else ''}")
    try:
        if like is None:
            cluster.run("CREATE EXTENSION postgis", database=database)
        yield City(cluster, database)
    finally:
        idle_connections.close_all()
        cluster.run(f"DROP DATABASE {database} WITH (FORCE)")
