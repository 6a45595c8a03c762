"""Provisional codes of new cells: the next free numbers, given back by undo, final only with the save."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from qgis.core import QgsVectorLayer

from gridmgmt_plugin.core.codes.layout import layout
from gridmgmt_plugin.core.codes.numbers_in_use import NumbersInUse, codes_under
from gridmgmt_plugin.core.codes.standing import prefix_and_tail
from gridmgmt_plugin.core.codes.stored import register_kind
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.editing.gestures.journal import GridJournal
from gridmgmt_plugin.workspace.reads.asked import Asked, asked
from gridmgmt_plugin.workspace.workspace import Workspace


@dataclass(frozen=True)
class CodeRequest:
    """A new cell that needs a code: the area it lies in, and the code of the cell it came from, if any."""

    area_code: str
    parent_code: str | None


class ProvisionalCodes:
    """Numbers that nobody holds: neither the code register as stored (in any state), nor a stored cell, nor a cell
    in the edit buffer, nor a cell that a standing gesture of this session made or removed.

    Register and stored cells are read once and kept until :meth:`forget`; nothing is written.
    """

    def __init__(self, layer: QgsVectorLayer, workspace: Workspace, journal: GridJournal) -> None:
        self._layer = layer
        self._workspace = workspace
        self._journal = journal
        self._layout = layout(workspace.info.code_layout)
        self._stored: list[str] | None = None
        self._numbers = NumbersInUse(self._layout, self._stored_under)

    def forget(self) -> None:
        """Read the stored codes anew before the next one is given: something was saved."""
        self._stored = None
        self._numbers = NumbersInUse(self._layout, self._stored_under)

    def learn(self, codes: Iterable[str]) -> None:
        """Take codes of cells for given that a colleague may have added."""
        stored = self._stored
        if stored is None:
            return
        known = set(stored)
        new = [code for code in codes if code not in known]
        if new:
            self._stored = sorted([*stored, *new])
            self._numbers = NumbersInUse(self._layout, self._stored_under)

    def missing(self) -> tuple[Asked, ...]:
        """Return the reads for :meth:`take`; none where the stored codes are known."""
        if self._stored is not None:
            return ()
        registered = asked("code_register", ["code"], {"kind": register_kind("unit_grid")})
        return registered, asked("unit_grid", ["code"], geometry=False)

    def take(self, found: Sequence[Rows]) -> None:
        """Take what the reads that were :meth:`missing` have found."""
        if found:
            self._stored = sorted({str(code) for rows in found for code in rows["code"] if code})

    def next(self, requests: Sequence[CodeRequest]) -> list[str]:
        """Return a code for each new cell: the lowest free numbers under its prefix, in the order given.

        :raises InputError: ``code_sequence_full``, or what is wrong with an area code that codes begin with.
        """
        if not requests:
            return []
        self.take(self._workspace.read_together(self.missing()))
        parts = [prefix_and_tail(self._layout, request.area_code, request.parent_code) for request in requests]
        in_session = list(self._session_codes())
        wanted = Counter(prefix for prefix, _ in parts)
        free = {prefix: iter(self._numbers.lowest(prefix, count, in_session)) for prefix, count in wanted.items()}
        return [self._layout.code_at(prefix, next(free[prefix]), tail) for prefix, tail in parts]

    def _stored_under(self, prefix: str) -> Sequence[str]:
        return codes_under(prefix, self._stored or [])

    def _session_codes(self) -> Iterator[str]:
        """Yield the codes that exist in the buffer alone, and those of cells that were removed from it again."""
        yield from self._journal.taken_codes()
        buffer = self._layer.editBuffer()
        column = self._layer.fields().lookupField("code")
        if buffer is not None:
            for feature in buffer.addedFeatures().values():
                yield str(feature.attribute(column))
            for changes in buffer.changedAttributeValues().values():
                if column in changes:
                    yield str(changes[column])
