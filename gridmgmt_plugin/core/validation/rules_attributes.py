"""Rules on attributes: what must be filled in, references that lead somewhere, figures that fit the drawing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.titles import Title
from gridmgmt_plugin.core.validation.catalogue import parameter
from gridmgmt_plugin.core.validation.context import Context
from gridmgmt_plugin.core.validation.issue import Issue
from gridmgmt_plugin.core.validation.rule import rule

_RULE_OF_PARENT = {"department": "department_unknown", "area": "area_unknown", "person": "person_unknown"}


def row_keys(context: Context, table: str) -> np.ndarray:
    """Return what names each row of a table in an issue: its code, or its number from 1."""
    key = load_json("schema/tables.json")["tables"].get(table, {}).get("key", [])
    codes = context.text(table, key[-1]) if key else np.full(len(context.rows(table)), "", dtype=object)
    return np.array([code or f"#{row + 1}" for row, code in enumerate(codes)], dtype=object)


@rule("attribute_missing")
def attribute_missing(context: Context) -> Iterator[Issue]:
    """Find rows where an attribute that every such row needs is empty."""
    for table, columns in parameter("required_columns").items():
        keys, geometry = row_keys(context, table), context.geometry(table)
        for column in columns:
            for row in np.flatnonzero(context.text(table, column) == ""):
                yield context.issue(
                    "attribute_missing",
                    table,
                    (keys[row],),
                    geometry[row],
                    column=Title(f"{table}.{column}"),
                )


@rule("geometry_missing")
def geometry_missing(context: Context) -> Iterator[Issue]:
    """Find objects that are drawn nowhere; for unit grids another rule tells."""
    for table in parameter("drawn_tables"):
        geometry = context.geometry(table)
        keys = row_keys(context, table)
        for row in np.flatnonzero(shapely.is_missing(geometry) | shapely.is_empty(geometry)):
            yield context.issue("geometry_missing", table, (keys[row],))


@rule("date_unreadable")
def date_unreadable(context: Context) -> Iterator[Issue]:
    """Find values in date columns that are no dates: rules on validity would pass them over."""
    schema = load_json("schema/tables.json")["tables"]
    for table, rows in context.tables.items():
        columns = [item["name"] for item in schema.get(table, {}).get("columns", ()) if item["type"] == "date"]
        for column in columns:
            if column not in rows:
                continue
            keys = None
            for row in parse_dates(rows[column]).rejected:
                keys = row_keys(context, table) if keys is None else keys
                yield context.issue(
                    "date_unreadable",
                    table,
                    (keys[row],),
                    context.geometry(table)[row],
                    column=Title(f"{table}.{column}"),
                    value=rows[column][row],
                )


def _dangling(context: Context, rule_code: str) -> Iterator[Issue]:
    """Yield references of one rule that lead nowhere; a table that was not given is not checked against."""
    for relation in load_json("schema/relations.json"):
        child, column, parent = relation["child"], relation["column"], relation["parent"]
        if _RULE_OF_PARENT.get(parent, "reference_unknown") != rule_code or not {child, parent} <= set(
            context.tables
        ):
            continue
        known = set(context.text(parent, relation["parent_column"]))
        values = context.text(child, column)
        bad = [row for row, value in enumerate(values) if value and value not in known]
        if not bad:
            continue
        keys, geometry = row_keys(context, child), context.geometry(child)
        for row in bad:
            yield context.issue(
                rule_code,
                child,
                (keys[row],),
                geometry[row],
                column=Title(f"{child}.{column}"),
                parent=Title(parent),
                value=values[row],
            )


@rule("department_unknown")
def department_unknown(context: Context) -> Iterator[Issue]:
    """Find codes of departments that are not in the department table."""
    return _dangling(context, "department_unknown")


@rule("area_unknown")
def area_unknown(context: Context) -> Iterator[Issue]:
    """Find codes of areas that are not in the area table."""
    return _dangling(context, "area_unknown")


@rule("person_unknown")
def person_unknown(context: Context) -> Iterator[Issue]:
    """Find ids of people who are not in the person table."""
    return _dangling(context, "person_unknown")


@rule("reference_unknown")
def reference_unknown(context: Context) -> Iterator[Issue]:
    """Find codes of unit grids, lanes, components, schemes … that do not exist."""
    return _dangling(context, "reference_unknown")


@rule("area_differs")
def area_differs(context: Context) -> Iterator[Issue]:
    """Find unit grids whose stored area is not that of the polygon."""
    stored, drawn = context.number("unit_grid", "area_m2"), shapely.area(context.unit_polygons)
    limit = np.maximum(parameter("area_tolerance_m2"), parameter("area_tolerance_share") * drawn)
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
