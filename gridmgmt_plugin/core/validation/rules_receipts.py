"""What a receiver refused: rows of the last release that it rejected, until a corrected one is handed over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.release.frozen import KEY_SEPARATOR
from gridmgmt_plugin.core.validation.context import Context
from gridmgmt_plugin.core.validation.issue import Issue
from gridmgmt_plugin.core.validation.rule import rule

_KEYS = {"person": "id", "post": "id", "duty_rule": "id", "ownership_ruling": "id"}
# Lists of a package that are worked out: the first part of the key of a row names the grid or lane that it is about.
_WORKED_OUT = {"responsibility": "unit_grid", "lane_chiefs": "lane"}
_TARGETS = ("responsibility_grid", "lane", "area", "station")


@rule("receipt_refused")
def receipt_refused(context: Context) -> Iterator[Issue]:
    """Find rows that the receiver of the last release refused, with its reason; the place is that of today's row, or
    for one that is gone where it was handed over.
    """
    told = [context.text("receipt", name) for name in ("table_name", "key", "release", "receiver", "reason")]
    handed_over = context.geometry("receipt").tolist()
    for table, key, release, receiver, reason, shape in zip(*(column.tolist() for column in told), handed_over):
        yield context.issue(
            "receipt_refused",
            table,
            (key,),
            _place(context, table, key) or shape,
            release=release,
            receiver=receiver or Message("receiver_unnamed"),
            reason=reason or Message("receipt_without_reason"),
        )


def _place(context: Context, table: str, key: str) -> Any:
    """Return where a row is on the map: a post where its target is, who answers where that is what is answered for;
    ``None`` for what is nowhere.
    """
    if table in _WORKED_OUT:
        table, key = _WORKED_OUT[table], key.partition(KEY_SEPARATOR)[0]
    row = _row_of(context, table, key)
    if table == "post" and row is not None:
        table = context.text("post", "target")[row]
        row = _row_of(context, table, context.text("post", "target_code")[row]) if table in _TARGETS else None
    return None if row is None else context.geometry(table)[row]


def _row_of(context: Context, table: str, key: str) -> int | None:
    column = _KEYS.get(table, "code")
    known = context.once(
        f"rows of {table} by {column}",
        lambda: {code: row for row, code in enumerate(context.text(table, column).tolist())},
    )
    found: int | None = known.get(key)
    return found
