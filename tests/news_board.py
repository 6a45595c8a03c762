"""The board of news in the tests' database, as an administrator makes it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.workspace.postgis import idle_connections
from tests.postgis_cluster import DATABASE, OWNER, Cluster, binaries


def make_board(cluster: Cluster, database: str = DATABASE) -> None:
    """Run the file, as the administrator's page says."""
    subprocess.run(
        [
            *(binaries() / "psql", "-q", "-X", "-h", "127.0.0.1", "-p", str(cluster.port), "-U", OWNER),
            *("-d", database, "-v", "ON_ERROR_STOP=1", "-f", resource_path("schema/news_board.sql")),
        ],
        check=True,
        capture_output=True,
    )


@contextmanager
def news_board(cluster: Cluster) -> Iterator[None]:
    """Have a board for the length of the block."""
    make_board(cluster)
    try:
        yield
    finally:
        idle_connections.close_all()
        cluster.run("DROP SCHEMA gridmgmt_news CASCADE")
