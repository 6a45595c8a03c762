"""Rules on attributes: what must be filled in, dates that are dates, figures that fit the drawing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import shapely

from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.core.titles import Title
from gridmgmt_plugin.core.validation.catalogue import listed
from gridmgmt_plugin.core.validation.context import Context
from gridmgmt_plugin.core.validation.issue import Issue
from gridmgmt_plugin.core.validation.rule import rule

# Attributes that the drawing tells.
MEASURED = ("unit_grid.area_m2", "lane.length_m")


def row_keys(context: Context, table: str) -> np.ndarray:
    """Return what names each row of a table in an issue: its key (without the scheme), or its number from 1."""
    names = [
        name for name in load_json("schema/tables.json")["tables"].get(table, {}).get("key", []) if name != "scheme"
    ]
    parts = [context.text(table, name) for name in names]
    if len(parts) == 1:
        keys = parts[0].copy()
    else:
        texts = zip(*(part.tolist() for part in parts)) if parts else [("",)] * len(context.rows(table))
        keys = as_column("|".join(several) if all(several) else "" for several in texts)
    for row in np.flatnonzero(keys == "").tolist():
        keys[row] = f"#{context.row_number(table, row)}"
    return keys


@rule("attribute_essential")
def attribute_essential(context: Context) -> Iterator[Issue]:
    """Find rows where an attribute is empty without which dispatch cannot decide."""
    return _empty(context, "attribute_essential", listed("essential_columns"))


@rule("attribute_missing")
def attribute_missing(context: Context) -> Iterator[Issue]:
    """Find rows where another attribute that every such row needs is empty."""
    return _empty(context, "attribute_missing", context.parameter("required_columns"))


def _empty(context: Context, code: str, needed: Mapping[str, Sequence[str]]) -> Iterator[Issue]:
    for table, columns in needed.items():
        geometry, keys = context.geometry(table), None
        for column in columns:
            for row in np.flatnonzero(_blank(context, table, column)):
                keys = row_keys(context, table) if keys is None else keys
                told = Title(f"{table}.{column}")
                measured = told.code in MEASURED and geometry[row] is not None
                yield context.issue(code, table, (keys[row],), geometry[row], fixable=measured, column=told)


def _blank(context: Context, table: str, column: str) -> np.ndarray:
    """Tell which rows have nothing in a column (bool); a column of numbers is not made into text for that."""
    rows = context.rows(table)
    if column in rows and set(map(type, rows[column].tolist())) == {float}:
        return np.asarray(np.isnan(rows[column].astype(np.float64)))
    return np.asarray(context.text(table, column) == "")


@rule("geometry_missing")
def geometry_missing(context: Context) -> Iterator[Issue]:
    """Find objects that are drawn nowhere; for unit grids another rule tells."""
    for table in listed("drawn_tables"):
        geometry = context.geometry(table)
        keys = row_keys(context, table)
        for row in np.flatnonzero(shapely.is_missing(geometry) | shapely.is_empty(geometry)):
            yield context.issue("geometry_missing", table, (keys[row],))


@rule("date_unreadable")
def date_unreadable(context: Context) -> Iterator[Issue]:
    """Find values in date columns of a package that are no dates: rules on validity would pass them over."""
    return _no_dates(context, "date_unreadable", delivered=True)


@rule("record_date_unreadable")
def record_date_unreadable(context: Context) -> Iterator[Issue]:
    """Find values in date columns of tables that stay in the house that are no dates."""
    return _no_dates(context, "record_date_unreadable", delivered=False)


def _no_dates(context: Context, code: str, *, delivered: bool) -> Iterator[Issue]:
    schema = load_json("schema/tables.json")["tables"]
    for table, rows in context.tables.items():
        if (table in listed("delivered_tables")) is not delivered:
            continue
        names = [item["name"] for item in schema.get(table, {}).get("columns", ()) if item["type"] == "date"]
        for column in names:
            if column not in rows:
                continue
            keys = None
            for row in parse_dates(rows[column]).rejected:
                keys = row_keys(context, table) if keys is None else keys
                place, value = context.geometry(table)[row], rows[column][row]
                told = Title(f"{table}.{column}")
                yield context.issue(code, table, (keys[row],), place, column=told, value=value)


@rule("area_differs")
def area_differs(context: Context) -> Iterator[Issue]:
    """Find unit grids whose stored area is not that of the polygon."""
    stored, drawn = context.number("unit_grid", "area_m2"), shapely.area(context.unit_polygons)
    limit = np.maximum(context.parameter("area_tolerance_m2"), context.parameter("area_tolerance_share") * drawn)
    for unit in np.flatnonzero((drawn > 0) & (np.abs(stored - drawn) > limit)):
        yield context.issue(
            "area_differs",
            "unit_grid",
            (context.unit_codes[unit],),
            context.unit_polygons[unit],
            float(drawn[unit] - stored[unit]),
            stored=f"{stored[unit]:.1f}",
            drawn=f"{drawn[unit]:.1f}",
        )
