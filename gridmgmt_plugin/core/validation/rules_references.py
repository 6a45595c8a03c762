"""Rules on references: codes of departments, areas, people and other objects that lead somewhere."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.titles import Title
from gridmgmt_plugin.core.validation.catalogue import listed
from gridmgmt_plugin.core.validation.context import Context
from gridmgmt_plugin.core.validation.issue import Issue
from gridmgmt_plugin.core.validation.rule import rule
from gridmgmt_plugin.core.validation.rules_attributes import row_keys

_RULE_OF_PARENT = {"department": "department_unknown", "area": "area_unknown", "person": "person_unknown"}
_OF_A_RECORD = "record_reference_unknown"


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
    """Find codes of unit grids, lanes, schemes … that do not exist, in tables that go into a package."""
    return _dangling(context, "reference_unknown")


@rule("record_reference_unknown")
def record_reference_unknown(context: Context) -> Iterator[Issue]:
    """Find references that lead nowhere in tables that stay in the house."""
    return _dangling(context, _OF_A_RECORD)


@rule("reference_unchecked")
def reference_unchecked(context: Context) -> Iterator[Issue]:
    """Find columns whose references cannot be checked, because the table that they refer to is empty."""
    for child, column, parent, _ in _relations(context):
        used = int((context.text(child, column) != "").sum())
        if used and not len(context.rows(parent)):
            yield context.issue(
                "reference_unchecked",
                child,
                (f"{child}.{column}",),
                column=Title(f"{child}.{column}"),
                parent=Title(parent),
                count=used,
            )


def _relations(context: Context) -> Iterator[tuple[str, str, str, str]]:
    """Yield child, column, parent and its column of the relations between tables that were given."""
    for relation in load_json("schema/relations.json"):
        if {relation["child"], relation["parent"]} <= set(context.tables):
            yield relation["child"], relation["column"], relation["parent"], relation["parent_column"]


def _dangling(context: Context, code: str) -> Iterator[Issue]:
    """Yield the references of one rule that lead nowhere."""
    for child, column, parent, parent_column in _relations(context):
        delivered = child in listed("delivered_tables")
        rule_code = _RULE_OF_PARENT.get(parent, "reference_unknown") if delivered else _OF_A_RECORD
        if rule_code != code or not len(context.rows(parent)):
            continue
        known = set(context.text(parent, parent_column)) | {""}
        values = context.text(child, column)
        bad = np.flatnonzero([value not in known for value in values])
        keys = row_keys(context, child) if len(bad) else values
        geometry = context.geometry(child)
        for row in bad:
            yield context.issue(
                code,
                child,
                (keys[row],),
                geometry[row],
                column=Title(f"{child}.{column}"),
                parent=Title(parent),
                value=values[row],
            )
