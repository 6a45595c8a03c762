"""Changes of staff and duties as people read them: by names, never by the keys that are stored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from gridmgmt_plugin.core.messages import is_chinese, sentence, tongue_of
from gridmgmt_plugin.core.release.changes import ADDED, REMOVED
from gridmgmt_plugin.core.release.for_people import StaffChange, StaffLine
from gridmgmt_plugin.exchange.package.fields import FieldSpec, code_list, layer_specs, table_specs

#: Kind of object (``person``, ``department``, ``scheme``, a kind of place) → code → name.
Names = Mapping[str, Mapping[str, str]]
# The code of a post may stand for any of these; ``target`` says which, where it is told.
_TARGETS = ("responsibility_grid", "lane", "area", "station")
_SENTENCES = {ADDED: "staff_value_new", REMOVED: "staff_value_gone"}
_BETWEEN = {"zh": "；", "en": "; "}
_WITH_NAMES = {"persons": "person", "departments": "department", "duty_zone": "duty_zone"}
_POINTS_AT = {
    "target_code": _TARGETS,
    "parent_code": ("department",),
    "successor_code": ("department",),
    "owner_code": ("department",),
    "manager_code": ("department",),
}


def staff_in_words(changes: Iterable[StaffChange], names: Names, language: str) -> tuple[StaffLine, ...]:
    """Return the changes with titles of tables and fields, names for codes and labels for stored values.

    What comes or goes is told by the values that it has, what changes by both; a value that was not there is called
    so. The key of the row is told once, beside its values. A code without a name stays a code.
    """
    return tuple(_in_words(change, names, language) for change in changes)


def _in_words(change: StaffChange, names: Names, language: str) -> StaffLine:
    spec = layer_specs()[change.table] if change.table in layer_specs() else table_specs()[change.table]
    before, after = (json.loads(side or "{}") for side in (change.before, change.after))
    target = after.get("target") or before.get("target")
    told = []
    for field in spec.fields:
        if before.get(field.column) == after.get(field.column) or (field.column,) == spec.key:
            continue
        old, new = (_shown(field, side.get(field.column), target, names, language) for side in (before, after))
        details = {"field": field.label(language), "old": old, "new": new}
        told.append(sentence(_SENTENCES.get(change.change, "staff_value_changed"), details, language))
    title = spec.zh if is_chinese(language) else spec.en
    named = names.get(_WITH_NAMES.get(change.table, ""), {}).get(change.code)
    code = " ".join(filter(None, (change.code, named)))
    return StaffLine(title, code, change.change, _BETWEEN[tongue_of(language)].join(told))


def _shown(field: FieldSpec, value: Any, target: str | None, names: Names, language: str) -> str:
    if value is None:
        return sentence("staff_no_value", {}, language)
    labels = dict(code_list(field.values)).get(str(value))
    if labels is not None:
        return labels[tongue_of(language)]
    column = field.column
    kinds = (target,) if column == "target_code" and target else _POINTS_AT.get(column)
    kind = column.removesuffix("_id").removesuffix("_code")
    found = (names[one].get(str(value)) for one in kinds or (kind,) if one in names)
    return next(filter(None, found), str(value))
