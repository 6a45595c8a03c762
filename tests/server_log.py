"""What a server was told, statement by statement, as its own log has it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from gridmgmt_plugin.workspace.postgis import idle_connections
from tests.postgis_cluster import DATABASE, Cluster

_ENTRY = re.compile(r"^\S+ \S+ \S+ \[\d+\] LOG:  statement: ", re.MULTILINE)
_NEXT_ENTRY = re.compile(r"^(?!\t)", re.MULTILINE)
# A text in quotes or between dollar signs, a name in quotes, or the end of a statement.
_PIECES = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$|(?P<end>;)", re.DOTALL)


class ServerLog:
    """What was told since it was asked last: one message after the other, each as its statements."""

    def __init__(self, cluster: Cluster) -> None:
        self._path = cluster.folder / "log"
        self._read = self._path.stat().st_size

    def messages(self) -> list[list[str]]:
        """Return them, of all connections, and begin anew."""
        with self._path.open("rb") as log:
            log.seek(self._read)
            told = log.read()
        self._read += len(told)
        text, found = told.decode(), []
        for entry in _ENTRY.finditer(text):
            end = _NEXT_ENTRY.search(text, entry.end())
            message = text[entry.end() : end.start() if end else len(text)]
            found.append(statements(message))
        return found


def statements(message: str) -> list[str]:
    """Return the statements of a message; semicolons in texts end none."""
    ends = [piece.start() for piece in _PIECES.finditer(message) if piece["end"]]
    parts = [message[start:end] for start, end in zip([0, *(end + 1 for end in ends)], [*ends, len(message)])]
    return [part.strip() for part in parts if part.strip()]


@contextmanager
def server_log(cluster: Cluster) -> Iterator[ServerLog]:
    """Have the server write down every statement of new connections for the length of the block."""
    cluster.run(f"ALTER DATABASE {DATABASE} SET log_statement = 'all'")
    idle_connections.close_all()
    try:
        yield ServerLog(cluster)
    finally:
        cluster.run(f"ALTER DATABASE {DATABASE} RESET log_statement")
        idle_connections.close_all()
