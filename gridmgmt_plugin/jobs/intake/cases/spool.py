"""Parts of a large file on their way in, kept on the disk beside the workspace: memory holds one at a time."""

from __future__ import annotations

import marshal
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.geometry.plain_points import PlainPoints
from gridmgmt_plugin.core.intake.update_rules import rule_of
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.intake.upsert import NEW
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from gridmgmt_plugin.workspace.personal_data import masked_already, without_people
from gridmgmt_plugin.workspace.values import plain
from gridmgmt_plugin.workspace.workspace import Workspace

# What tells which of several rows of one case is the newest.
_COMPARED = frozenset({"id", *rule_of("cases").times, *rule_of("cases").counts})


@dataclass(frozen=True, eq=False)
class SpooledCases:
    """The good cases of one part. ``rows``: columns and points, of those that are not new only what tells which is
    the newest; ``outcome``: int64 (n,), what becomes of each (see :mod:`..upsert`); ``numbers``: int64 (n,), the
    number of each in the file; ``keys``: how the file names each; ``written``: ISO 8601 texts or ``None``, when each
    was written; ``grids``: the unit grid that each names.
    """

    rows: Rows
    outcome: np.ndarray
    numbers: np.ndarray
    keys: np.ndarray
    written: np.ndarray
    grids: np.ndarray

    def take(self, at: np.ndarray) -> SpooledCases:
        """Return the cases at positions."""
        columns = (self.outcome, self.numbers, self.keys, self.written, self.grids)
        return SpooledCases(self.rows.take(at), *(column[at] for column in columns))


class CaseSpool:
    """A file without a name that goes with its end, whatever ends it. Texts in it are masked."""

    def __init__(self, workspace: Workspace) -> None:
        location = workspace.location
        self._folder = location.path.parent if isinstance(location, GeoPackageLocation) else None
        self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115  closed by the block of its user
        self._sizes: list[int] = []

    def __enter__(self) -> CaseSpool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def put(self, part: SpooledCases) -> None:
        """Keep one part.

        :raises WorkspaceError: ``workspace_disk_full``.
        """
        new = np.flatnonzero(part.outcome == NEW)
        added = without_people("cases", part.rows if len(new) == len(part.rows) else part.rows.take(new))
        others = np.flatnonzero(part.outcome != NEW)
        columns = {name: plain(column) for name, column in added.columns.items()}
        compared = {name: plain(part.rows[name][others]) for name in columns if name in _COMPARED}
        numbers = [array.tobytes() for array in (*added.xy(), part.outcome, part.numbers)]
        texts = [column.tolist() for column in (part.keys, part.written, part.grids)]
        packed = marshal.dumps([columns, compared, numbers, *texts])
        try:
            self._file.write(packed)
        except OSError as error:
            path = str(self._folder or Path(tempfile.gettempdir()))
            raise WorkspaceError("workspace_disk_full", path=path, reason=str(error)) from error
        self._sizes.append(len(packed))

    def parts(self) -> Iterator[SpooledCases]:
        """Yield the parts in the order in which they were put."""
        self._file.seek(0)
        for size in self._sizes:
            # Read at once: from a file marshal asks for every value by itself.
            added, compared, numbers, *texts = marshal.loads(self._file.read(size))  # noqa: S302  our own file
            x, y = (np.frombuffer(array, dtype=np.float64) for array in numbers[:2])
            outcome, rows = (np.frombuffer(array, dtype=np.int64) for array in numbers[2:])
            table = Rows({name: as_column(values) for name, values in added.items()}, PlainPoints(x, y))
            if len(table) < len(outcome):
                table = _among_others(table, compared, outcome == NEW)
            yield SpooledCases(masked_already("cases", table), outcome, rows, *map(as_column, texts))


def _among_others(added: Rows, compared: Mapping[str, Sequence[Any]], new: np.ndarray) -> Rows:
    """Return new cases in their places among others, of which only some columns are known."""
    columns = {}
    for name, column in added.columns.items():
        columns[name] = np.full(len(new), None, dtype=object)
        columns[name][new] = column
        if name in compared:
            columns[name][~new] = as_column(compared[name])
    x, y = np.full(len(new), np.nan), np.full(len(new), np.nan)
    x[new], y[new] = added.xy()
    return Rows(columns, PlainPoints(x, y))
