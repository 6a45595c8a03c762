"""Provisional codes of new cells: the next free numbers, given back by undo, final only with the save."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from qgis.core import QgsVectorLayer

from gridmgmt_plugin.core.codes.layout import layout
from gridmgmt_plugin.core.codes.numbers_in_use import NumbersInUse, codes_under
from gridmgmt_plugin.core.codes.standing import prefix_and_tail
from gridmgmt_plugin.core.codes.stored import register_kind
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.editing.gestures.journal import GridJournal
from gridmgmt_plugin.workspace.reads.asked import Asked, asked
from gridmgmt_plugin.workspace.values import Beginning
from gridmgmt_plugin.workspace.workspace import Workspace

_ALL = ""
# So many communities a planner goes to and fro between; of more at once all codes are read.
_KEPT_HEADS, _MOST_HEADS = 4, 20


@dataclass(frozen=True)
class CodeRequest:
    """A new cell that needs a code: the area it lies in, and the code of the cell it came from, if any."""

    area_code: str
    parent_code: str | None


class ProvisionalCodes:
    """Numbers that nobody holds: neither the code register as stored (in any state), nor a stored cell, nor a cell
    in the edit buffer, nor a cell that a standing gesture of this session made or removed.

    Register and stored cells are read once and kept until :meth:`forget`, after which only those are read that begin
    as the last new codes did, and others where one is wanted; nothing is written.
    """

    def __init__(self, layer: QgsVectorLayer, workspace: Workspace, journal: GridJournal) -> None:
        self._layer = layer
        self._workspace = workspace
        self._journal = journal
        self._layout = layout(workspace.info.code_layout)
        self._stored: dict[str, list[str]] = {}  # head → what begins with it
        self._heads: list[str] = []  # of the last new codes
        self._numbers = NumbersInUse(self._layout, self._stored_under)

    def forget(self) -> None:
        """Read the stored codes anew before the next one is given: something was saved."""
        self._stored = {}
        self._numbers = NumbersInUse(self._layout, self._stored_under)

    def learn(self, codes: Iterable[str]) -> None:
        """Take codes of cells for given that a colleague may have added."""
        told = list(codes)
        for head, stored in self._stored.items():
            known = set(stored)
            new = [code for code in told if code.startswith(head) and code not in known]
            if new:
                self._stored[head] = sorted([*stored, *new])
                self._numbers = NumbersInUse(self._layout, self._stored_under)

    def missing(self, heads: Collection[str] = ()) -> tuple[Asked, ...]:
        """Return the reads for :meth:`take`; none where the stored codes are known.

        :param heads: with which new codes will begin; it need not be known yet.
        """
        return tuple(read for head in self._unread(heads) for read in _reads(head))

    def take(self, found: Sequence[Rows], heads: Collection[str] = ()) -> None:
        """Take what the reads that were :meth:`missing` have found."""
        for at, head in enumerate(self._unread(heads)):
            both = found[2 * at : 2 * at + 2]
            self._stored[head] = sorted({str(code) for rows in both for code in rows["code"] if code})

    def _unread(self, heads: Collection[str]) -> list[str]:
        """Return the heads of codes to be read, "" for all codes."""
        if _ALL in self._stored:
            return []
        wanted = {*self._heads, *heads}
        return sorted(wanted - set(self._stored)) if 0 < len(wanted) <= _MOST_HEADS else [_ALL]

    def next(self, requests: Sequence[CodeRequest]) -> list[str]:
        """Return a code for each new cell: the lowest free numbers under its prefix, in the order given.

        :raises InputError: ``code_sequence_full``, or what is wrong with an area code that codes begin with.
        """
        if not requests:
            return []
        parts = [prefix_and_tail(self._layout, request.area_code, request.parent_code) for request in requests]
        wanted = Counter(prefix for prefix, _ in parts)
        self.take(self._workspace.read_together(self.missing(wanted)), wanted)
        self._heads = [*(head for head in self._heads if head not in wanted), *wanted][-_KEPT_HEADS:]
        in_session = list(self._session_codes())
        free = {prefix: iter(self._numbers.lowest(prefix, count, in_session)) for prefix, count in wanted.items()}
        return [self._layout.code_at(prefix, next(free[prefix]), tail) for prefix, tail in parts]

    def _stored_under(self, prefix: str) -> Sequence[str]:
        return codes_under(prefix, self._stored[_ALL] if _ALL in self._stored else self._stored[prefix])

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


def _reads(head: str) -> tuple[Asked, Asked]:
    """Return the reads of the codes that begin so: of the register and of cells."""
    begins = {"code": Beginning(head)} if head else {}
    registered = asked("code_register", ["code"], {"kind": register_kind("unit_grid"), **begins})
    return registered, asked("unit_grid", ["code"], begins, geometry=False)
