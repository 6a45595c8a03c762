"""What a save of unit grids will read, as far as it is known before: a server is asked for all of it at once.

What is not foreseen here is read when it is asked for; what is foreseen in vain is not used.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from gridmgmt_plugin.core.codes.layout import layout
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.editing.gestures.buffer import PendingEdits
from gridmgmt_plugin.editing.saving.rows.row_checks import assignment_reads
from gridmgmt_plugin.workspace.changes.cell_change import RELEASES_GOING_OUT
from gridmgmt_plugin.workspace.changes.followers import POINT_TABLES
from gridmgmt_plugin.workspace.changes.grid_outlines import grids_asked, grids_concerned, scheme_columns
from gridmgmt_plugin.workspace.changes.outlines import outline_reads
from gridmgmt_plugin.workspace.changes.row_reading import Bounds, places_of
from gridmgmt_plugin.workspace.changes.touched_cells import REACH_M, TouchedCells
from gridmgmt_plugin.workspace.reads.asked import Asked, asked
from gridmgmt_plugin.workspace.register_store import number_reads, register_reads

_CELLS = "unit_grid"
# So many numbers behind one that is taken are looked at with it.
_NEXT = 8


def of_cells(pending: PendingEdits) -> list[Asked]:
    """Return the reads of the cells that edits concern and of those around them.

    What is drawn lies mostly where the cells were: so the places are known before these are read.
    """
    shapes = as_column([*pending.shapes.values(), *(row.geometry for row in pending.added)])
    stored = asked(_CELLS, None, {"fid": pending.stored_rows})
    return [stored, *(asked(_CELLS, bounds=place) for place in places_of(shapes, REACH_M))]


def of_checks(touched: TouchedCells) -> list[Asked]:
    """Return the reads of the guard."""
    return [*_of_codes(touched), *outline_reads(touched.areas)]


def of_what_follows(touched: TouchedCells) -> list[Asked]:
    """Return the reads of what follows the cells, beside those of the guard."""
    places: tuple[Bounds, ...] = touched.places
    reads = [*assignment_reads(touched), asked("release", ["number"], RELEASES_GOING_OUT, geometry=False)]
    gone = _texts(touched.before["code"][touched.removed])
    for table, key in POINT_TABLES.items():
        columns = [*key, _CELLS]
        reads += [asked(table, columns, bounds=place) for place in places]
        reads += [asked(table, columns, {_CELLS: gone})] if gone else []
    for column in scheme_columns(touched.before):
        grids = sorted(grids_concerned(touched, column))
        reads += [grids_asked(column, grids), asked(_CELLS, [column], {column: grids})] if grids else []
    return reads


def of_other_numbers(codes: Iterable[str], code_layout: str) -> list[Asked]:
    """Return the reads that find other numbers for new cells in place of those taken, mostly one of the next."""
    known = layout(code_layout)
    found = number_reads(_CELLS, (known.parse(code).prefix for code in codes if known.fits(code)))
    for code in sorted(codes):
        head = code.rstrip("0123456789")
        number, width = int(code[len(head) :] or 0), len(code) - len(head)
        following = (f"{head}{number + step:0{width}d}" for step in range(1, _NEXT + 1))
        found += [asked(_CELLS, (), {"code": one}, geometry=False) for one in following]
    return list(dict.fromkeys(found))


def _of_codes(touched: TouchedCells) -> list[Asked]:
    new = _texts(touched.after["code"][touched.added])
    bearers = [asked(_CELLS, ["code"], {"code": new}, geometry=False)] if new else []
    return [*register_reads(_CELLS, touched.codes), *bearers]


def _texts(codes: Iterable[str | None]) -> list[str]:
    return sorted({code for code in np.asarray(codes, dtype=object) if code})
