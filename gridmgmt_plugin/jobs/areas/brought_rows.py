"""What a working copy brings back of a table, as a change of the one at home, and what it cannot bring back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.geometry.finite import xy_of_points
from gridmgmt_plugin.core.locate import locate_points
from gridmgmt_plugin.core.report import RejectedRow
from gridmgmt_plugin.core.rows import Rows, pick_or_none
from gridmgmt_plugin.jobs.areas.brought_before import Brought
from gridmgmt_plugin.jobs.areas.working_copy import GROUP, UNIT, Pairs, Sides, following_columns
from gridmgmt_plugin.workspace.changes.both_versions import both_versions
from gridmgmt_plugin.workspace.changes.followers import POINT_TABLES
from gridmgmt_plugin.workspace.changes.row_reading import joined_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.changes.touched_cells import TouchedCells
from gridmgmt_plugin.workspace.schema import table as definition_of

LANE = "lane"
#: Tables of which rows are brought back, those that others name first.
ROW_TABLES = (
    "department", "person", "station", GROUP, "duty_zone", "duty_rule", LANE, "post", "lane_inspection", "patrol",
    "component", "cases", "ownership_ruling", "ledger", "ledger_item", "external_code", "change_request", "exemption",
)  # fmt: skip
#: Tables of which no row comes in or goes, and no shape: a lane's sections and a grid's codes follow the tools
#: that make them.
ROWS_STAY = (GROUP, LANE)
_VERSION = "row_version"
_NOBODY = np.empty(0, dtype=np.int64)


def row_change(sides: Sides, touched: TouchedCells, *, follows: bool) -> TableChange:
    """Return what a working copy changes in a table.

    :param touched: the unit grids at home, before and after.
    :param follows: rows that both changed become as in the copy.
    """
    pairs = joined_pairs(sides.changed, clashing(sides, follows=follows)[1])
    names = [name for name in differing_columns(sides.table, pairs) if name != "geom"]
    moved = shifted(pairs) if sides.table not in ROWS_STAY else np.zeros(len(pairs), dtype=bool)
    columns = {name: pairs.copy[name] for name in names}
    inserted, deleted = sides.added, sides.removed
    if sides.table in ROWS_STAY:
        inserted, deleted = (rows.take(np.zeros(len(rows), dtype=bool)) for rows in (inserted, deleted))
    inserted = Rows({name: inserted[name] for name in definition_of(sides.table).column_names}, inserted.geometry)
    if sides.table in POINT_TABLES:
        inserted = inserted.with_columns(unit_grid=_cells_of(inserted, touched))
        now = _cells_of(pairs.copy, touched)
        stays = ~moved & ~np.isin(pairs.home["unit_grid"].astype(str), _ground_codes(touched))
        columns["unit_grid"] = np.where(stays, pairs.home["unit_grid"], now)
    kept = np.flatnonzero(moved | _any_other(pairs, names))
    updated = Rows(
        {**columns, _VERSION: pairs.home[_VERSION]}, pairs.copy.geometry if moved.any() else None, pairs.home.fid
    )
    before = pairs.home.take(kept)
    return TableChange(sides.table, before, updated.take(kept), deleted=deleted, inserted=inserted)


def brought_rows(sides: Sides, *, follows: bool) -> Brought:
    """Return which rows of a table :func:`row_change` brings back whole."""
    pairs = joined_pairs(sides.changed, clashing(sides, follows=follows)[1])
    if sides.table in ROWS_STAY:
        return Brought(some_pairs(pairs, ~shifted(pairs)), _NOBODY, _NOBODY)
    return Brought(pairs, sides.added.fids, sides.removed.fids)


def clashing(sides: Sides, *, follows: bool, redrawn: np.ndarray = _NOBODY) -> tuple[Pairs, Pairs]:
    """Return the rows that both changed: those that stay as they are at home, and those that become as in the copy.

    :param redrawn: numbers of the unit grids that get the outline of the copy; others with another one stay, whatever
        is wanted.
    """
    stay = np.full(len(sides.clashing), not follows)
    if sides.table == UNIT:
        stay |= shifted(sides.clashing) & ~np.isin(sides.clashing.home.fids, redrawn)
    return some_pairs(sides.clashing, stay), some_pairs(sides.clashing, ~stay)


def conflicts(sides: Sides, redrawn: np.ndarray, *, follows: bool) -> Iterator[RejectedRow]:
    """Yield the rows that are not brought back, each with what stands at home and what in the copy; see
    :func:`clashing`.
    """
    yield from _both("copy_changed_on_both_sides", sides.table, clashing(sides, follows=follows, redrawn=redrawn)[0])
    yield from _both("copy_key_taken", sides.table, sides.taken)
    for code, rows in (("copy_gone_at_home", sides.lost), ("copy_removed_but_changed", sides.kept)):
        for at in range(len(rows)):
            yield _rejected(code, sides.table, rows, at, {})


def settled(sides: Sides, redrawn: np.ndarray, *, follows: bool) -> Iterator[RejectedRow]:
    """Yield the rows that both changed and that became as in the copy, with what stood at home."""
    yield from _both("copy_settled_for_copy", sides.table, clashing(sides, follows=follows, redrawn=redrawn)[1])


def left_rows(sides: Sides) -> int:
    """Return of how many rows of a table something stays in the copy that only other tools bring in."""
    count = 0
    if sides.table in ROWS_STAY:
        count += len(sides.added) + len(sides.removed)
    if sides.table == LANE:
        count += int(shifted(sides.changed).sum())
    return count


def differing_columns(table: str, pairs: Pairs) -> list[str]:
    """Return the columns that somebody edits and in which any of the rows differ, ``geom`` for the shape."""
    known = [name for name in pairs.home.columns if name in pairs.copy and name != _VERSION]
    names = [
        name for name in known if name not in following_columns(table) and pairs.home.differs(name, pairs.copy).any()
    ]
    return [*names, "geom"] if shifted(pairs).any() else names


def shifted(pairs: Pairs) -> np.ndarray:
    """Tell which rows have another shape in the copy, but for where its rings begin: bool (n,)."""
    if pairs.home.geometry is None or len(pairs) == 0:
        return np.zeros(len(pairs), dtype=bool)
    one, two = (shapely.normalize(rows.shapes) for rows in (pairs.home, pairs.copy))
    missing = shapely.is_missing(one) & shapely.is_missing(two)
    return np.asarray(~(shapely.equals_exact(one, two, 0.0) | missing), dtype=bool)


def some_pairs(pairs: Pairs, which: np.ndarray) -> Pairs:
    """Return some of the pairs, a bool mask."""
    return Pairs(pairs.copy.take(which), pairs.home.take(which))


def joined_pairs(one: Pairs, two: Pairs) -> Pairs:
    """Return the pairs of both."""
    return Pairs(joined_rows([one.copy, two.copy]), joined_rows([one.home, two.home]))


def key_text(table: str, rows: Rows, at: int) -> str:
    """Return what a row is known by."""
    named = [str(rows[name][at]) for name in definition_of(table).key if rows[name][at] is not None]
    return "|".join(named) or str(int(rows.fids[at]))


def _any_other(pairs: Pairs, names: list[str]) -> np.ndarray:
    other = np.zeros(len(pairs), dtype=bool)
    for name in names:
        other |= pairs.home.differs(name, pairs.copy)
    return other


def _cells_of(rows: Rows, touched: TouchedCells) -> np.ndarray:
    """Return the codes of the unit grids in which things lie afterwards; what has no place keeps the one that it
    names, if there is such a cell.
    """
    codes = touched.after["code"]
    x, y = xy_of_points(shapely.point_on_surface(rows.shapes))
    found = pick_or_none(codes, locate_points(x, y, touched.after.shapes, codes.astype(str)))
    named = rows["unit_grid"]
    keeps = np.isnan(x) & np.isin(named.astype(str), codes.astype(str))
    return np.where(keeps, named, found)


def _ground_codes(touched: TouchedCells) -> list[str]:
    """Return the codes of cells that gave their ground or got another outline or code."""
    return [str(code) for code in touched.before["code"][touched.mine_before]]


def _both(code: str, table: str, pairs: Pairs) -> Iterator[RejectedRow]:
    for at in range(len(pairs)):
        one = Pairs(pairs.copy.take([at]), pairs.home.take([at]))
        given = {name: pairs.copy[name][at] for name in differing_columns(table, one) if name != "geom"}
        yield _rejected(code, table, pairs.home, at, given, moved=table != GROUP and bool(shifted(one)[0]))


def _rejected(
    code: str, table: str, rows: Rows, at: int, given: dict[str, Any], *, moved: bool = False
) -> RejectedRow:
    key, definition = key_text(table, rows, at), definition_of(table)
    both = both_versions(code, table, key, rows, at, given).details
    shape = {"zh": "图形", "en": "shape"} if moved else {"zh": "", "en": ""}
    both_zh, both_en = (
        joint.join(filter(None, [str(both[side]), shape[tongue]]))
        for side, joint, tongue in (("both", "；", "zh"), ("both_en", "; ", "en"))
    )
    details = {"table": definition.zh, "table_en": definition.en, "both": both_zh or "–", "both_en": both_en or "–"}
    return RejectedRow(int(rows.fids[at]), key, code, details={**details, "code": key})
