"""Rows of a table that say what cannot be: nobody's name, an end before the beginning, rules that clash."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np

from gridmgmt_plugin.core.class_catalogues import classes_of
from gridmgmt_plugin.core.codes.damaged_codes import SCIENTIFIC, find_damaged_codes
from gridmgmt_plugin.core.columns import days_overlap
from gridmgmt_plugin.core.duty.classes import COMPONENT, EVENT
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import as_column, is_null
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.file_columns import CATALOGUE, labels
from gridmgmt_plugin.jobs.intake.rejections import Rejections
from gridmgmt_plugin.jobs.intake.typed_columns import TypedColumns, rows_shown
from gridmgmt_plugin.workspace.schema import TableDefinition
from gridmgmt_plugin.workspace.workspace import Workspace

# Rules that agree in these speak of the same thing; of several the department is disputed.
_SAME_RULE = ("class_kind", "class_prefix", "scheme", "area_code", "zone_kind", "role", "priority")


def reject_senseless(
    workspace: Workspace,
    source: Source,
    definition: TableDefinition,
    typed: TypedColumns,
    keys: np.ndarray,
    rejections: Rejections,
) -> tuple[Message, ...]:
    """Reject new rows without the name that they go by, and periods that end before they begin; return what to tell.

    :param keys: object array, one per row of the source.
    """
    _reject_nameless(workspace, definition, typed, keys, rejections)
    first, last = (_days(typed, name) for name in ("valid_from", "valid_to"))
    if first is not None and last is not None:
        reversed_rows = np.flatnonzero(last < first)
        details = [{"valid_from": str(first[row]), "valid_to": str(last[row])} for row in reversed_rows.tolist()]
        for row, detail in zip(reversed_rows, details):
            rejections.add(np.array([row]), "period_reversed", as_column([detail["valid_to"]]), detail)
    if definition.name != "duty_rule":
        return ()
    return (*_classes(workspace, source, definition, typed, rejections), *_overlaps(source, typed, keys, rejections))


def _reject_nameless(
    workspace: Workspace, definition: TableDefinition, typed: TypedColumns, keys: np.ndarray, rejections: Rejections
) -> None:
    name = load_json(CATALOGUE)["names_needed"].get(definition.name)
    if name is None:
        return
    column = next(c for c in definition.columns if c.name == name)
    given = typed.columns.get(name, as_column([None] * len(keys)))
    there = set(workspace.read(definition.name, [definition.key[0]], geometry=False)[definition.key[0]].tolist())
    nameless = np.array([row for row in np.flatnonzero(is_null(given)) if keys[row] not in there], dtype=np.int64)
    rejections.add(nameless, "name_missing", keys[nameless], labels(column))


def _days(typed: TypedColumns, name: str) -> np.ndarray | None:
    column = typed.columns.get(name)
    if column is None:
        return None
    return np.array([None if value is None else value[:10] for value in column], dtype="datetime64[D]")


def _classes(
    workspace: Workspace, source: Source, definition: TableDefinition, typed: TypedColumns, rejections: Rejections
) -> tuple[Message, ...]:
    """Reject class codes that a spreadsheet spoilt; tell those that no class of the catalogues begins with."""
    prefixes = typed.columns.get("class_prefix")
    if prefixes is None:
        return ()
    column = next(c for c in definition.columns if c.name == "class_prefix")
    damaged = find_damaged_codes(prefixes)
    spoilt = damaged.rows[damaged.reasons == SCIENTIFIC]
    rejections.add(spoilt, "value_unknown", prefixes[spoilt], labels(column))
    catalogues = {COMPONENT: workspace.info.component_catalogue, EVENT: workspace.info.event_catalogue}
    codes = {kind: {str(entry["code"]) for entry in classes_of(name)} for kind, name in catalogues.items()}
    kinds = typed.columns.get("class_kind", as_column([None] * len(prefixes)))
    unknown = [
        row
        for row in rejections.kept.tolist()
        if prefixes[row] and not _begins(prefixes[row], [codes[k] for k in codes if kinds[row] in (None, k)])
    ]
    if not unknown:
        return ()
    shown = listing(list(dict.fromkeys(str(prefixes[row]) for row in unknown)))
    rows = rows_shown(source, np.array(unknown, dtype=np.int64))
    return (Message("classes_not_in_catalogue", {"count": len(unknown), "shown": shown, "rows": rows}),)


def _begins(prefix: str, codes: list[set[str]]) -> bool:
    return any(code.startswith(prefix) for of_kind in codes for code in of_kind)


def _overlaps(source: Source, typed: TypedColumns, keys: np.ndarray, rejections: Rejections) -> tuple[Message, ...]:
    """Tell rules of the file that say the same thing twice at once, or two things."""
    n = len(keys)
    nothing = np.full(n, np.datetime64("NaT", "D"))
    first, last = (
        found if (found := _days(typed, name)) is not None else nothing for name in ("valid_from", "valid_to")
    )
    columns = [typed.columns[name] for name in _SAME_RULE if name in typed.columns]
    alike: Mapping[tuple[Any, ...], list[int]] = defaultdict(list)
    clashing: set[int] = set()
    for row in rejections.kept.tolist():
        others = alike[tuple(column[row] for column in columns)]
        at_once = [other for other in others if keys[other] != keys[row] and days_overlap(first, last, row, other)]
        clashing.update([row, *at_once] if at_once else [])
        others.append(row)
    if not clashing:
        return ()
    rows = np.array(sorted(clashing), dtype=np.int64)
    shown = listing([str(keys[row]) for row in rows.tolist()])
    return (Message("duty_rules_overlap", {"count": len(rows), "shown": shown, "rows": rows_shown(source, rows)}),)
