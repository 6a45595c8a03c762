"""A workspace (网格库): open it, read its tables as columns, change it in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.gpkg.connection import connect, translated_errors
from gridmgmt_plugin.workspace.gpkg.create import create_file
from gridmgmt_plugin.workspace.gpkg.reading import count_rows, read_info, read_rows
from gridmgmt_plugin.workspace.gpkg.transaction import GeoPackageTransaction
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.transaction import Transaction


class Workspace:
    """One workspace file.

    Nothing is held open between calls: every read is short, every change one short transaction, so that QGIS,
    other planners and other programs can use the file meanwhile.
    """

    def __init__(self, path: Path, info: WorkspaceInfo) -> None:
        self.path = path
        self.info = info

    @classmethod
    def open(cls, location: str | Path) -> Workspace:
        """Open an existing workspace.

        :raises WorkspaceError: when it is missing, not ours, of another schema version or not readable.
        """
        path = _file_path(location)
        return cls(path, WorkspaceInfo.from_entries(read_info(path)))

    @classmethod
    @contextmanager
    def create(
        cls, location: str | Path, info: WorkspaceInfo, author: str = ""
    ) -> Iterator[tuple[Workspace, Transaction]]:
        """Make a new workspace and fill it; the file appears under its name only when the block ends well.

        :raises WorkspaceError: ``workspace_exists`` for a name that is taken, ``workspace_not_created`` for a
            folder that cannot be written.
        """
        path = _file_path(location)
        if path.exists():
            raise WorkspaceError("workspace_exists", path=str(path))
        unfinished = path.with_name(f"{path.stem}.unfinished{path.suffix}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished.unlink(missing_ok=True)
        except OSError as error:
            raise WorkspaceError("workspace_not_created", path=str(path), reason=str(error)) from error
        try:
            create_file(unfinished, info.frame)
            workspace = cls(unfinished, info)
            with workspace.transaction(author, "create_workspace") as transaction:
                for key, value in info.entries().items():
                    transaction.set_info(key, value)
                yield workspace, transaction
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        workspace.path = path

    def read(
        self,
        table: str,
        columns: Sequence[str] | None = None,
        where: Mapping[str, Any] | None = None,
        *,
        bounds: tuple[float, float, float, float] | None = None,
        geometry: bool = True,
    ) -> Rows:
        """Return rows of a table as columns, ordered by row number.

        :param columns: names to read; all of them (scheme columns and ``row_version`` too) when ``None``.
        :param where: columns that must equal a value (``None`` = missing, a list = any of it), ``fid`` too.
        :param bounds: minx, miny, maxx, maxy: only rows whose bounding box meets it, found through the spatial index.
        """
        return read_rows(self.path, table, columns, where, bounds, geometry=geometry)

    def read_all(self, names: Sequence[str] | None = None) -> dict[str, Rows]:
        """Return several tables (all of them when ``None``) keyed by name, as the checks want them."""
        return {name: self.read(name) for name in (tables() if names is None else names)}

    def count(self, table: str, where: Mapping[str, Any] | None = None) -> int:
        """Return how many rows a table has, or how many of them equal ``where``."""
        return count_rows(self.path, table, where)

    @contextmanager
    def transaction(self, author: str, gesture: str) -> Iterator[Transaction]:
        """Change the workspace in one transaction: all of the block is written, or nothing.

        :param author: who is working, as told once by the user; goes into the change log.
        :param gesture: what is being done, a stable key such as ``generate_unit_grids``.
        :raises WorkspaceError: ``workspace_locked`` within 0.2 s when another program is writing.
        """
        connection = connect(self.path, writable=True)
        try:
            with translated_errors(self.path):
                connection.execute("BEGIN IMMEDIATE")
                try:
                    running = GeoPackageTransaction(connection, author, gesture)
                    yield running
                    running.finish()
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")
        finally:
            connection.close()


def _file_path(location: str | Path) -> Path:
    """Return the path of a workspace file.

    :raises WorkspaceError: ``workspace_not_a_file`` for a database URI, ``workspace_extension`` for another suffix.
    """
    text = str(location)
    if "://" in text:
        raise WorkspaceError("workspace_not_a_file", location=text.rsplit("@", maxsplit=1)[-1])
    path = Path(text).expanduser()
    if path.suffix.lower() != ".gpkg":
        raise WorkspaceError("workspace_extension", path=text)
    return path
