"""Rules on posts: somebody who is still there for every responsibility grid, at places that exist."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gridmgmt_plugin.core import columns
from gridmgmt_plugin.core.titles import Title
from gridmgmt_plugin.core.validation.catalogue import listed
from gridmgmt_plugin.core.validation.context import Context
from gridmgmt_plugin.core.validation.issue import Issue
from gridmgmt_plugin.core.validation.rule import rule
from gridmgmt_plugin.core.validation.rules_responsibility import grid_rows

GRID = "responsibility_grid"
TARGETS = (GRID, "lane", "area", "station")


def people_gone(context: Context) -> set[str]:
    """Return the ids of people who have left or retired by today."""
    left = context.days("person", "left_on")
    away = np.isin(context.text("person", "state").astype(str), listed("gone_states")) | (left < context.today)
    return set(context.text("person", "id")[away])


def staffed(context: Context, target: str, *, anybody: bool = False) -> set[tuple[str, str]]:
    """Return (scheme, code) of the places of a kind where somebody who is still there holds a post today.

    The scheme is "" for a post of none in particular. ``anybody``: places where anybody ever held a post.
    """
    persons = context.text("post", "person_id")
    held = (context.text("post", "target") == target) & (persons != "")
    if not anybody:
        gone = people_gone(context)
        held &= context.in_force("post") & np.array([person not in gone for person in persons], dtype=bool)
    scheme = context.text("post", "scheme") if target == GRID else np.full(len(persons), "", dtype=object)
    return set(zip(scheme[held], context.text("post", "target_code")[held]))


def _begun(context: Context, scheme: str) -> bool:
    """Tell whether the staffing of a scheme has begun: somebody holds, or held, a post in one of its grids."""
    known = grid_rows(context, scheme)
    return any(of == scheme or (not of and code in known) for of, code in staffed(context, GRID, anybody=True))


@rule("responsibility_without_post")
def without_post(context: Context) -> Iterator[Issue]:
    """Find responsibility grids in force for which nobody who is still there holds a post today."""
    held = staffed(context, GRID)
    open_, outlines = context.in_force(GRID), context.geometry(GRID)
    for scheme, _ in context.schemes():
        if not _begun(context, scheme):
            continue
        for code, row in grid_rows(context, scheme).items():
            if open_[row] and not {(scheme, code), ("", code)} & held:
                yield context.issue(
                    "responsibility_without_post", GRID, (code,), outlines[row], scheme=context.scheme_title(scheme)
                )


@rule("scheme_without_posts")
def scheme_without_posts(context: Context) -> Iterator[Issue]:
    """Find schemes with responsibility grids and not one person in them."""
    open_ = context.in_force(GRID)
    for scheme, _ in context.schemes():
        grids = sum(bool(open_[row]) for row in grid_rows(context, scheme).values())
        if grids and not _begun(context, scheme):
            title = context.scheme_title(scheme)
            yield context.issue("scheme_without_posts", "scheme", (scheme,), count=grids, scheme=title)


@rule("post_person_gone")
def person_gone(context: Context) -> Iterator[Issue]:
    """Find posts in force whose person has left or retired."""
    gone = people_gone(context)
    persons, targets = context.text("post", "person_id"), context.text("post", "target_code")
    for row in np.flatnonzero(context.in_force("post")).tolist():
        if persons[row] and persons[row] in gone:
            keys = (_post_key(context, row), persons[row], targets[row])
            yield context.issue(
                "post_person_gone", "post", keys, person=context.person_title(persons[row]), target=targets[row]
            )


@rule("post_target_unknown")
def target_unknown(context: Context) -> Iterator[Issue]:
    """Find posts in force at a grid (of their scheme), lane, area or station that does not exist."""
    known: dict[str, set[tuple[str, str]]] = {}
    for table in TARGETS:
        rows = columns.table(context.whole, table)
        codes = columns.texts(rows, "code")
        known[table] = set(zip(np.full(len(codes), "", dtype=object), codes))
        if table == GRID:
            known[table] |= set(zip(columns.texts(rows, "scheme"), codes))
    target, code, scheme = (context.text("post", name) for name in ("target", "target_code", "scheme"))
    for row in np.flatnonzero(context.in_force("post") & (target != "") & (code != "")).tolist():
        kind = target[row]
        if kind in TARGETS and kind not in context.whole:
            continue
        if (scheme[row] if kind == GRID else "", code[row]) not in known.get(kind, ()):
            keys = (_post_key(context, row), code[row])
            yield context.issue("post_target_unknown", "post", keys, parent=Title(kind), target=code[row])


def _post_key(context: Context, row: int) -> str:
    return context.text("post", "id")[row] or f"#{context.row_number('post', row)}"
