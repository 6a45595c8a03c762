"""What a code can be where that depends on other fields of its row: code and name of each choice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qgis.core import QgsFeature, QgsFeatureRequest, QgsVectorLayer

from gridmgmt_plugin.core.codes.stored import RETIRED
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.forms.conditions import all_of, equals
from gridmgmt_plugin.project.forms.field_widgets import FormContext, class_names, class_prefixes
from gridmgmt_plugin.project.forms.row_facts import LAST, PERIOD, in_force, is_over, naming_columns, row_name
from gridmgmt_plugin.project.postponed import open_to_read
from gridmgmt_plugin.workspace.schema import tables

#: Code and name of what can be chosen, in the order of the list.
Entries = Sequence[tuple[str, str]]
_KINDS = ("component", "event")
# What a post or a patrol is for, and which of its columns names the area that it is in.
_WHERE = {"responsibility_grid": "area_code", "lane": "street_code", "area": "parent_code", "station": "area_code"}
_BESIDE = {"zh": "{name}（{area}）", "en": "{name} ({area})"}


@dataclass(frozen=True)
class Offered:
    """One such column: what it depends on, and ``entries(context, values of these, code)``: the choices, of one code
    alone where it is given.
    """

    column: str
    depends_on: tuple[str, ...]
    entries: Callable[[FormContext, Sequence[Any], str | None], Entries]


def _classes(context: FormContext, values: Sequence[Any], _: str | None) -> Entries:
    return _of_kinds(class_names, context, values[0])


def _prefixes(context: FormContext, values: Sequence[Any], _: str | None) -> Entries:
    return _of_kinds(class_prefixes, context, values[0])


def _of_kinds(names: Callable[[str, str], list[tuple[str, str]]], context: FormContext, kind: Any) -> Entries:
    """Return the classes of a kind, of both while none is chosen: then a number may mean either."""
    catalogues = {"component": context.component_catalogue, "event": context.event_catalogue}
    kinds = [kind] if kind in _KINDS else _KINDS
    return _together(entry for one in kinds for entry in names(catalogues[one], context.tongue))


def _together(entries: Iterable[tuple[str, str]]) -> Entries:
    """Return each code once; of several that share a name each with its code, or nobody could choose between them."""
    found: dict[str, str] = {}
    for code, name in entries:
        known = found.get(code, "")
        found[code] = name if not known else known if name in known else f"{known} / {name}"
    often = Counter(found.values())
    return [(code, name if often[name] == 1 else with_code(name, code)) for code, name in found.items()]


def with_code(name: str, code: str) -> str:
    """Return what an entry is called whose name is not its own."""
    return name if name == code else f"{name} {code}"


def _items(context: FormContext, values: Sequence[Any], _: str | None) -> Entries:
    """Return the items of the checklist that is chosen."""
    chosen = next((one for one in context.checklists if one.key == values[0]), None)
    return [] if chosen is None else [(item.code, item.title(context.language)) for item in chosen.items]


def _places(context: FormContext, values: Sequence[Any], code: str | None) -> Entries:
    """Return grids, lanes, areas or stations that are there, by name; those of one name say where they are."""
    target, scheme = values[0], values[1] if len(values) > 1 else None
    layer = context.layers.get(target) if target in _WHERE else None
    if layer is None or code == "":
        return []
    open_to_read(layer)
    conditions = [equals("code", code)] if code is not None else []
    if target == "responsibility_grid" and not is_null(scheme) and scheme != "":
        conditions.append(equals("scheme", scheme))
    ends = PERIOD if target == "area" else ("state", LAST)
    wanted = ["code", *naming_columns(target), *ends, _WHERE[target]]
    request = _request(layer, [name for name in wanted if name in tables()[target].column_names])
    if conditions:
        request.setFilterExpression(all_of(conditions))
    rows = [row for row in layer.getFeatures(request) if not is_null(row["code"])]
    if code is None:
        rows = [row for row in rows if _is_there(target, row)]
    return _together(sorted(_told_apart(context, target, rows), key=lambda entry: entry[::-1]))


def _request(layer: QgsVectorLayer, columns: Sequence[str]) -> QgsFeatureRequest:
    """Return the request for columns alone: a form waits for it, and outlines of areas are large."""
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
    return request.setSubsetOfAttributes(list(columns), layer.fields())


def _is_there(target: str, row: QgsFeature) -> bool:
    """Tell whether a place can still be chosen: all end by their last day, lanes and grids by their state too."""
    names = tables()[target].column_names
    if target == "area":
        return in_force(row)
    return ("state" not in names or row["state"] not in _gone_states()) and (LAST not in names or not is_over(row))


def _told_apart(context: FormContext, target: str, rows: Sequence[QgsFeature]) -> Iterable[tuple[str, str]]:
    """Return code and name; of those that share a name with the area that they are in."""
    names, where = [row_name(target, row) for row in rows], _WHERE[target]
    often = Counter(names)
    if len(often) < len(rows) and "area" in context.layers:
        layer = context.layers["area"]
        found = layer.getFeatures(_request(layer, ("code", *naming_columns("area"))))
        areas = {row["code"]: row_name("area", row) for row in found}
        within = [areas.get(row[where], "") if where in row.fields().names() else "" for row in rows]
        names = [
            _BESIDE[context.tongue].format(name=name, area=area) if often[name] > 1 and area else name
            for name, area in zip(names, within)
        ]
    return zip((str(row["code"]) for row in rows), names)


def _gone_states() -> tuple[str, ...]:
    return (*load_json("catalogues/duty.json")["lane_gone_states"], RETIRED)


#: Table → its column of that kind.
OFFERED: Mapping[str, Offered] = {
    "cases": Offered("class_code", ("kind",), _classes),
    "duty_rule": Offered("class_prefix", ("class_kind",), _prefixes),
    "lane_inspection": Offered("item_code", ("checklist",), _items),
    "patrol": Offered("target_code", ("target",), _places),
    "post": Offered("target_code", ("target", "scheme"), _places),
}
