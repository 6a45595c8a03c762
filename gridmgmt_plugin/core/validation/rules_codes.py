"""Rules on codes: there, once, well formed, in the right area, registered and not retired."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gridmgmt_plugin.core.codes.areas import area_code_problem
from gridmgmt_plugin.core.codes.parts import CodeLayout
from gridmgmt_plugin.core.codes.standing import area_prefix
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.lanes.lane_edit import gone_states
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.titles import Title
from gridmgmt_plugin.core.validation.catalogue import listed
from gridmgmt_plugin.core.validation.context import CodeCheck, Context
from gridmgmt_plugin.core.validation.issue import Issue
from gridmgmt_plugin.core.validation.rule import rule

# Tables whose missing codes can be given out by number.
NUMBERED = ("unit_grid",)


def _keyed_tables(context: Context) -> Iterator[tuple[str, list[str], list[np.ndarray]]]:
    """Yield table, key columns and their texts for every given table that people key by a code."""
    schema = load_json("schema/tables.json")["tables"]
    for table in listed("keyed_tables"):
        if len(context.rows(table)):
            key = schema[table]["key"]
            yield table, key, [context.text(table, column) for column in key]


@rule("code_missing")
def missing(context: Context) -> Iterator[Issue]:
    """Find rows without their code."""
    for table, key, texts in _keyed_tables(context):
        geometry = context.geometry(table)
        for row in np.flatnonzero(texts[-1] == "").tolist():
            yield context.issue(
                "code_missing",
                table,
                (f"#{context.row_number(table, row)}",),
                geometry[row],
                fixable=table in NUMBERED,
                column=Title(f"{table}.{key[-1]}"),
                row=context.row_number(table, row),
            )


@rule("code_duplicate")
def duplicate(context: Context) -> Iterator[Issue]:
    """Find codes that several rows of a table bear; a responsibility grid's code may recur in another scheme."""
    for table, _, texts in _keyed_tables(context):
        joined = texts[0] if len(texts) == 1 else np.array(["|".join(parts) for parts in zip(*texts)], dtype=object)
        held = np.flatnonzero(texts[-1] != "")
        if len(held) == 0:
            continue
        codes, first, count = np.unique(joined[held].astype(str), return_index=True, return_counts=True)
        geometry = context.geometry(table)
        for code, row, number in zip(codes[count > 1], held[first[count > 1]], count[count > 1]):
            yield context.issue(
                "code_duplicate", table, (str(code),), geometry[row], fixable=table in NUMBERED, count=int(number)
            )


@rule("code_format")
def code_format(context: Context) -> Iterator[Issue]:
    """Find codes that do not follow the layout of the workspace; a grid over a lane bears the lane's code."""
    checks = {table: context.code_check(table) for table in context.settings.code_layouts}
    for table, check in checks.items():
        if check is None or table not in context.tables:
            continue
        yield from _problems("code_format", context, table, check)


def _is_lane(context: Context, table: str) -> np.ndarray:
    """Tell which rows of a table are grids of schemes over lanes, bool."""
    keys = sorted(context.over_lanes()) if table == "responsibility_grid" else []
    return np.isin(context.text(table, "scheme").astype(str), keys)


@rule("area_code_format")
def area_format(context: Context) -> Iterator[Issue]:
    """Find administrative codes that have not 6, 9 or 12 digits."""
    yield from _problems("area_code_format", context, "area", area_code_problem)


def _problems(code: str, context: Context, table: str, check: CodeCheck) -> Iterator[Issue]:
    geometry = context.geometry(table)
    is_lane, lane_check = _is_lane(context, table), context.code_check("lane")
    for row, text in enumerate(context.text(table, "code")):
        asked = lane_check if is_lane[row] else check
        problem = asked(text) if text and asked is not None else None
        if problem is not None:
            yield context.issue(code, table, (text,), geometry[row], problem=problem)


@rule("code_parent")
def parent(context: Context) -> Iterator[Issue]:
    """Find unit grids whose code begins with other digits than the area they name."""
    chosen = context.layout_of("unit_grid")
    codes, areas = context.unit_codes, context.text("unit_grid", "area_code")
    beside = chosen is not None and bool(chosen.parts_beside_area)  # then a code itself tells part of its beginning
    good = {area for area in set(areas) - {""} if area_code_problem(area) is None}
    prefixes: dict[tuple[str, str], str] = {}
    geometry = context.geometry("unit_grid")
    for row, (code, area) in enumerate(zip(codes, areas)):
        if not code or area not in good:
            continue
        key = (area, code if beside else "")
        if key not in prefixes:
            prefixes[key] = _expected_prefix(chosen, *key)
        if not code.startswith(prefixes[key]):
            yield context.issue("code_parent", "unit_grid", (code,), geometry[row], area=area, prefix=prefixes[key])


def _expected_prefix(chosen: CodeLayout | None, area: str, code: str) -> str:
    if chosen is None:
        return area
    try:
        return area_prefix(chosen, area, code)
    except InputError:
        return area  # the layout has no place for this level: compare what there is


@rule("code_retired_in_use")
def retired_in_use(context: Context) -> Iterator[Issue]:
    """Find objects that bear a code which the register has retired; a lane that is no more keeps its row and code."""
    gone = np.isin(context.text("lane", "state").astype(str), sorted(gone_states()))
    for table, row, code, state in _registered(context):
        if state == "retired" and not (table == "lane" and gone[row]):
            place = context.geometry(table)[row]
            yield context.issue("code_retired_in_use", table, (code,), place)


@rule("code_unregistered")
def unregistered(context: Context) -> Iterator[Issue]:
    """Find objects whose code the register does not know."""
    for table, row, code, state in _registered(context):
        if state is None:
            place = context.geometry(table)[row]
            yield context.issue("code_unregistered", table, (code,), place, fixable=table in NUMBERED)


def _registered(context: Context) -> Iterator[tuple[str, int, str, str | None]]:
    """Yield table, row, code and the register's state of every code of a registered kind.

    Responsibility grids are counted scheme by scheme, under the kind ``rg_<scheme>``.
    """
    kinds, codes = context.text("code_register", "kind"), context.text("code_register", "code")
    state_of = dict(zip(zip(kinds, codes), context.text("code_register", "state")))
    for table in listed("registered_tables"):
        schemes, is_lane = context.text(table, "scheme"), _is_lane(context, table)
        for row, code in enumerate(context.text(table, "code")):
            own = (f"rg_{schemes[row]}", table, "") if table == "responsibility_grid" else (table, "")
            own = (*own, "lane") if is_lane[row] else own
            if code:
                found = (state_of[kind, code] for kind in own if (kind, code) in state_of)
                yield table, row, code, next(found, None)
