"""What a receiver must do to get from its last accepted release to this one: changes with lineage, old and new codes,
and moves, all in the words of the delivered files.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gridmgmt_plugin.core.codes.stored import register_kind
from gridmgmt_plugin.core.columns import geometries, texts
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.release.changes import ADDED, REMOVED, RESHAPED, Change, compare
from gridmgmt_plugin.core.release.frozen import FrozenLayer
from gridmgmt_plugin.core.release.lane_moves import grids_on_lanes_then_and_now
from gridmgmt_plugin.core.release.lineage import Lineage
from gridmgmt_plugin.core.release.moves import Moves, moved_points
from gridmgmt_plugin.core.release.sensitive import Sensitive
from gridmgmt_plugin.core.release.successions import Succession
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.package.delivered_coordinates import Delivery
from gridmgmt_plugin.exchange.package.delivered_rows import Delivered
from gridmgmt_plugin.exchange.package.field_forms import FieldForm
from gridmgmt_plugin.exchange.package.fields import (
    FieldSpec,
    layer_specs,
    setting,
    table_specs,
)
from gridmgmt_plugin.exchange.package.layer_files import LayerToWrite

BEFORE, AFTER = "before", "after"
_JOIN = ";"
# Made once: json.dumps makes one for every change.
_AS_JSON = json.JSONEncoder(ensure_ascii=False).encode
_PLACE = ("centre_x", "centre_y")
_MOMENT = FieldSpec(name="moment", column="moment", zh="时点", en="Moment")


def find_changes(
    base: Mapping[str, FrozenLayer], now: Mapping[str, FrozenLayer], precision_m: float
) -> tuple[Change, ...]:
    """Return the changes of everything that is delivered, but for the lists that tell of changes themselves."""
    sides = [{name: layer for name, layer in side.items() if name in names_of_content()} for side in (base, now)]
    return compare(sides[0], sides[1], precision_m)


def names_of_content() -> list[str]:
    """Return the layers and tables whose base, with the changes in it, is what is delivered now."""
    left_out = {*setting("outside_hash"), *setting("lists_of_changes")}
    return [name for name in (*layer_specs(), *table_specs()) if name not in left_out]


@dataclass(frozen=True)
class DeliveredChanges:
    """Changes in the words of the delivered files: names of files and fields as the receiver has them, coordinates in
    the system of the tables, successions as lineage.
    """

    changes: tuple[Change, ...]
    lineage: Lineage
    delivered: Delivered
    delivery: Delivery

    def rows(self) -> Rows:
        """Return ``changes.csv``: one row per change."""
        return _rows(record for _, record in self._told)

    def layers(self) -> list[LayerToWrite]:
        """Return the layers of ``changes.gpkg``: the outline now of what is there, the outline before of what was
        removed, both of what was reshaped (column ``moment``).
        """
        fields = (*self.delivered.fields("changes"), _MOMENT)
        layers = []
        for name, spec in layer_specs().items():
            if not self.delivered.profile.delivers(name):
                continue
            records, shapes = [], []
            for change, record in ((change, record) for change, record in self._told if change.layer == name):
                wanted = {ADDED: (AFTER,), REMOVED: (BEFORE,), RESHAPED: (BEFORE, AFTER)}.get(change.change, (AFTER,))
                for moment in wanted:
                    records.append({**record, "moment": moment})
                    shapes.append(change.geometry_before if moment == BEFORE else change.geometry_after)
            if records or not spec.optional:
                keys = tuple(f"{record['code']} {record['moment']}" for record in records)
                rows = _rows(records, "moment").with_geometry(as_column(shapes))
                layers.append(LayerToWrite(self.delivered.profile.file_name(name), spec.geometry, fields, rows, keys))
        return layers

    @cached_property
    def _told(self) -> list[tuple[Change, dict[str, Any]]]:
        """The changes of what is delivered, each as a row."""
        profile = self.delivered.profile
        return [(change, self._record(change)) for change in self.changes if profile.delivers(change.layer)]

    @cached_property
    def _forms(self) -> Mapping[str, tuple[FieldForm, ...]]:
        """The fields of each layer and table."""
        return {name: self.delivered.profile.fields_of(name) for name in {one.layer for one in self.changes}}

    def _record(self, change: Change) -> dict[str, Any]:
        key = (change.layer, change.code)
        return {
            "layer": self.delivered.profile.file_name(change.layer),
            "code": change.code,
            "change": change.change,
            "predecessors": _JOIN.join(self.lineage.predecessors.get(key, ())) or None,
            "successors": _JOIN.join(self.lineage.successors.get(key, ())) or None,
            "before": self._values(change, change.before),
            "after": self._values(change, change.after),
        }

    def _values(self, change: Change, told: str) -> str | None:
        """Return the values of a change under the names of the delivered fields, in their order."""
        if not told:
            return None
        values = json.loads(told)
        place = [values.get(name) for name in _PLACE]
        if None not in place and self.delivery.target is not None:
            moved = self.delivery.xy(*(np.array([value], dtype=float) for value in place))
            values.update(zip(_PLACE, (float(value[0]) for value in moved)))
        whole = change.change in (ADDED, REMOVED)
        named = {
            form.spec.name: form.value(values.get(form.source), self.delivered.codes)
            for form in self._forms[change.layer]
            if form.source in values or (whole and form.source is None)
        }
        return _AS_JSON(named)


def code_map_rows(stored: Rows, found: tuple[Succession, ...], scheme: str, day: str) -> Rows:
    """Return ``code_map.csv``: what was decided about codes, and what became of the codes of the base since.

    A code of the base has all its successors with the shares of today, and cause, day and document of the decision
    where there was one; kinds are the names of layers.
    """
    kind = register_kind("responsibility_grid", scheme)
    decided = [
        {**record, "kind": "responsibility_grid" if record["kind"] == kind else record["kind"]}
        for record in stored.records()
    ]
    by_pair = {(row["kind"], row["old_code"], row["new_code"]): row for row in decided}
    told = {(one.layer, one.old_code) for one in found}
    kept = [row for row in decided if (row["kind"], row["old_code"]) not in told]
    derived = []
    for one in found:
        row = by_pair.get((one.layer, one.old_code, one.new_code), {})
        derived.append(
            {
                "kind": one.layer,
                "old_code": one.old_code,
                "new_code": one.new_code,
                "share": row.get("share") if one.share is None else one.share,
                "cause": row.get("cause") or one.cause,
                "effective_on": row.get("effective_on") or day,
                "document_no": row.get("document_no"),
            }
        )
    names = [field.column for field in table_specs()["code_map"].fields]
    listed = [*kept, *derived]
    return Rows({name: as_column(row[name] for row in listed) for name in names})


def change_counts(changes: Iterable[Change]) -> dict[str, dict[str, int]]:
    """Return layer → kind of change → number, for the manifest."""
    counts: dict[str, dict[str, int]] = {}
    for change in changes:
        of_layer = counts.setdefault(change.layer, {})
        of_layer[change.change] = of_layer.get(change.change, 0) + 1
    return counts


def move_rows(
    tables: Mapping[str, Rows],
    base: Mapping[str, FrozenLayer],
    now: Mapping[str, FrozenLayer],
    sensitive: Sensitive,
    precision_m: float,
    progress: Progress,
    *,
    over_lanes: bool = False,
) -> Rows:
    """Return ``moves.csv``: components and open cases whose unit or responsibility grid is another than in the base.

    Sensitive components and the cases about them are not listed. In a scheme over lanes (``over_lanes``) the
    responsibility grid of an object is its lane.
    """
    sides = _Sides(base, now, precision_m, over_lanes)
    components, open_cases = told_components(tables, sensitive), told_cases(tables, sensitive)
    moved = sides.moved(components, progress.part(0.0, 0.5))
    moved_cases = sides.moved(open_cases, progress.part(0.5, 1.0))
    records = [
        *_move_records("component", texts(components, "code"), moved),
        *_move_records("case", texts(open_cases, "id"), moved_cases),
    ]
    names = [field.column for field in table_specs()["moves"].fields]
    return Rows({name: as_column(record[name] for record in records) for name in names})


def told_components(tables: Mapping[str, Rows], sensitive: Sensitive) -> Rows:
    """Return the components that may be told of."""
    components = tables.get("component", Rows())
    return components.take(~sensitive.objects(texts(components, "code")))


def told_cases(tables: Mapping[str, Rows], sensitive: Sensitive) -> Rows:
    """Return the open cases that may be told of."""
    cases = tables.get("cases", Rows())
    closed = np.isin(texts(cases, "status").astype(str), setting("open_case_statuses_excluded"))
    hidden = sensitive.cases(*(texts(cases, name) for name in ("kind", "class_code", "component_code")))
    return cases.take(~(closed | hidden))


@dataclass(frozen=True)
class _Sides:
    """The layers of the base and of now, between which objects move."""

    base: Mapping[str, FrozenLayer]
    now: Mapping[str, FrozenLayer]
    precision_m: float
    over_lanes: bool

    def moved(self, rows: Rows, progress: Progress) -> Moves:
        points = geometries(rows)
        base, groups = self.base.get("unit_grid"), None
        if self.over_lanes and base is not None:
            lanes = texts(rows, "lane_code")
            step = progress.part(0.0, 0.5)
            groups = grids_on_lanes_then_and_now(points, lanes, self.base, self.now, self.precision_m, step)
        step = progress.part(0.5, 1.0)
        return moved_points(points, base, self.now["unit_grid"], self.precision_m, step, groups)


def _move_records(kind: str, codes: np.ndarray, moves: Moves) -> list[dict[str, Any]]:
    records = [
        {
            "object_kind": kind,
            "object_code": code,
            "old_grid": old_grid,
            "new_grid": new_grid,
            "old_responsibility_grid": old_group,
            "new_responsibility_grid": new_group,
        }
        for code, old_grid, new_grid, old_group, new_group in zip(
            codes[moves.position],
            moves.old_grid,
            moves.new_grid,
            moves.old_responsibility_grid,
            moves.new_responsibility_grid,
        )
    ]
    return sorted(records, key=lambda record: record["object_code"])


def _rows(records: Iterable[Mapping[str, Any]], *more: str) -> Rows:
    names = [field.column for field in table_specs()["changes"].fields]
    listed = list(records)
    return Rows({name: as_column(record[name] for record in listed) for name in (*names, *more)})
