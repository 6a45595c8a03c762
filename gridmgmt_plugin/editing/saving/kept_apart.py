"""What a save of unit grids keeps others from until it ends: no more than what it reads and writes depends on."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gridmgmt_plugin.core.codes.layout import layout
from gridmgmt_plugin.core.codes.standing import area_prefix
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.changes.gestures import GridStep
from gridmgmt_plugin.workspace.changes.grid_outlines import scheme_columns
from gridmgmt_plugin.workspace.changes.touched_cells import TouchedCells
from gridmgmt_plugin.workspace.reads.asked import Asked
from gridmgmt_plugin.workspace.transaction import Transaction

_WRITTEN = ("unit_grid", "responsibility_grid", "code_register", "take_back")
# New responsibility grids are numbered by scheme, and posts go with them.
_HELD_TO_PAINT = ("responsibility_grid", "post")


def keep_apart(
    transaction: Transaction,
    parts: Collection[str],
    steps: Sequence[GridStep],
    read: Sequence[Asked],
    referred: Collection[str] = (),
) -> list[Rows]:
    """Hold what the save of cells depends on, and return what is stored then.

    :param parts: see :func:`parts_of`. ``read``: what to read as soon as they are held. ``referred``: tables of which
        nobody shall remove what the cells name.
    :raises WorkspaceError: ``workspace_part_held``, ``workspace_table_held``, ``workspace_locked``.
    """
    shared = [table for table in _WRITTEN if not (steps and table in _HELD_TO_PAINT)]
    shared += [table for table in referred if table not in _WRITTEN]
    return transaction.hold_parts(parts, shared, _HELD_TO_PAINT if steps else (), read)


def parts_of(touched: TouchedCells, code_layout: str) -> set[str]:
    """Return the names of what the change of these cells depends on.

    That is the communities of the cells and of those around them, so that nobody draws next door meanwhile; the
    responsibility grids whose outline is summed anew; and the numbers of which new cells get some.
    """
    before, after = touched.before, touched.after
    areas = {str(area or "") for rows in (before, after) for area in rows["area_code"]}
    mine = (before.take(touched.mine_before), after.take(touched.mine_after))
    grids = {f"{column} {code}" for rows in mine for column in scheme_columns(rows) for code in rows[column] if code}
    added = after.take(touched.added)
    numbers = {_numbers(code_layout, *pair) for pair in zip(added["area_code"], added["code"])}
    return areas | grids | numbers


def _numbers(code_layout: str, area: str | None, code: str | None) -> str:
    try:
        return area_prefix(layout(code_layout), str(area or ""), code)
    except InputError:  # the code is refused later on, with its reason
        return str(area or "")
