"""Provisional codes of new cells: the next free numbers, given back by undo, final only with the save."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from qgis.core import QgsVectorLayer

from gridmgmt_plugin.core.codes.kinds import register_kind
from gridmgmt_plugin.core.codes.layout import layout
from gridmgmt_plugin.core.codes.text import is_digits
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.editing.gestures.journal import GridJournal
from gridmgmt_plugin.workspace.workspace import Workspace

_AFTER_ANY_CHARACTER = "\U0010ffff"


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
        self._used: dict[str, np.ndarray] = {}

    def forget(self) -> None:
        """Read the stored codes anew before the next one is given: something was saved."""
        self._stored = None
        self._used.clear()

    def read(self) -> None:
        """Read the stored codes now, so that the first gesture need not wait for them."""
        if self._stored is None:
            registered = self._workspace.read("code_register", ["code"], {"kind": register_kind("unit_grid")})
            cells = self._workspace.read("unit_grid", ["code"], geometry=False)
            self._stored = sorted({str(code) for rows in (registered, cells) for code in rows["code"] if code})

    def next(self, requests: Sequence[CodeRequest]) -> list[str]:
        """Return a code for each new cell: the lowest free numbers under its prefix, in the order given.

        :raises InputError: ``code_sequence_full``, or what is wrong with an area code that codes begin with.
        """
        if not requests:
            return []
        self.read()
        parts = [self._prefix_and_tail(request) for request in requests]
        in_session = list(self._session_codes())
        free = {}
        for prefix in {prefix for prefix, _ in parts}:
            wanted = sum(prefix == other for other, _ in parts)
            free[prefix] = iter(self._free(prefix, in_session, wanted).tolist())
        return [self._layout.code_at(prefix, int(next(free[prefix])), tail) for prefix, tail in parts]

    def _free(self, prefix: str, in_session: list[str], wanted: int) -> np.ndarray:
        part = self._layout.sequence_part
        usable = ~self._used_under(prefix)
        usable[self._numbers(prefix, in_session)] = False
        usable[: part.first] = False
        usable[list(part.reserved)] = False
        free = np.flatnonzero(usable)
        if len(free) < wanted:
            raise InputError(
                "code_sequence_full",
                prefix=prefix,
                wanted=wanted,
                free=len(free),
                capacity=self._layout.capacity,
                layout=self._layout.label,
            )
        return free

    def _used_under(self, prefix: str) -> np.ndarray:
        used = self._used.get(prefix)
        if used is None:
            assert self._stored is not None
            start = bisect_left(self._stored, prefix)
            end = bisect_left(self._stored, prefix + _AFTER_ANY_CHARACTER, start)
            used = np.zeros(self._layout.sequence_part.last + 1, dtype=bool)
            used[self._numbers(prefix, self._stored[start:end])] = True
            self._used[prefix] = used
        return used

    def _numbers(self, prefix: str, codes: list[str]) -> np.ndarray:
        part, start = self._layout.sequence_part, self._layout.prefix_length
        whole = [code for code in codes if code.startswith(prefix) and len(code) == self._layout.length]
        texts = [code[start : start + part.length] for code in whole]
        numbers = [int(text) for text in texts if is_digits(text)]
        return np.array([number for number in numbers if number <= part.last], dtype=np.int64)

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

    def _prefix_and_tail(self, request: CodeRequest) -> tuple[str, str]:
        """Return where codes are counted: beside the parent's where that fits the area, else under the area's."""
        parent = request.parent_code
        parsed = self._layout.parse(parent) if parent is not None and self._layout.fits(parent) else None
        from_area = {part.name for part in self._layout.prefix_parts} - {"county", "street_office", "community"}
        if parsed is not None:
            others = {name: parsed[name] for name in from_area}
            if not request.area_code or parsed.prefix == self._layout.prefix_for_area(request.area_code, **others):
                return parsed.prefix, parsed.tail
        if not request.area_code or from_area or self._layout.tail_parts:
            raise InputError("editing_code_unknown_prefix", area=request.area_code or "–", layout=self._layout.label)
        return self._layout.prefix_for_area(request.area_code), ""
