"""What a receiver must do to get from its last accepted release to this one: changes with lineage, and moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.release.changes import ADDED, REMOVED, RESHAPED, Change, compare
from gridmgmt_plugin.core.release.frozen import FrozenLayer
from gridmgmt_plugin.core.release.lane_moves import grids_on_lanes_then_and_now
from gridmgmt_plugin.core.release.lineage import Lineage
from gridmgmt_plugin.core.release.moves import Moves, moved_points
from gridmgmt_plugin.core.release.sensitive import Sensitive
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.package.fields import FieldSpec, layer_specs, setting, table_specs
from gridmgmt_plugin.exchange.package.layer_files import LayerToWrite

BEFORE, AFTER = "before", "after"
_JOIN = ";"
_MOMENT = FieldSpec(name="moment", column="moment", zh="时点", en="Moment")


def find_changes(
    base: Mapping[str, FrozenLayer], now: Mapping[str, FrozenLayer], precision_m: float
) -> tuple[Change, ...]:
    """Return the changes of the layers and of the tables that people are entered in.

    What follows from these (who is responsible for each unit grid, lane officers) is delivered whole.
    """
    names = {*layer_specs(), *setting("changed_tables")}
    sides = [{name: layer for name, layer in side.items() if name in names} for side in (base, now)]
    return compare(sides[0], sides[1], precision_m)


def change_rows(changes: Iterable[Change], lineage: Lineage) -> Rows:
    """Return ``changes.csv``: one row per change."""
    return _rows(_record(change, lineage) for change in changes)


def change_layers(changes: tuple[Change, ...], lineage: Lineage) -> list[LayerToWrite]:
    """Return the layers of ``changes.gpkg``: the outline now of what is there, the outline before of what was
    removed, both of what was reshaped (column ``moment``).
    """
    fields = (*table_specs()["changes"].fields, _MOMENT)
    layers = []
    for name, spec in layer_specs().items():
        records, shapes = [], []
        for change in (change for change in changes if change.layer == name):
            wanted = {ADDED: (AFTER,), REMOVED: (BEFORE,), RESHAPED: (BEFORE, AFTER)}.get(change.change, (AFTER,))
            for moment in wanted:
                records.append({**_record(change, lineage), "moment": moment})
                shapes.append(change.geometry_before if moment == BEFORE else change.geometry_after)
        if records or not spec.optional:
            keys = tuple(f"{record['code']} {record['moment']}" for record in records)
            rows = _rows(records, "moment").with_geometry(as_column(shapes))
            layers.append(LayerToWrite(name, spec.geometry, fields, rows, keys))
    return layers


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
    components, cases = tables.get("component", Rows()), tables.get("cases", Rows())
    components = components.take(~sensitive.objects(texts(components, "code")))
    moved = sides.moved(components, progress.part(0.0, 0.5))
    closed = np.isin(texts(cases, "status").astype(str), setting("open_case_statuses_excluded"))
    hidden = sensitive.cases(*(texts(cases, name) for name in ("kind", "class_code", "component_code")))
    open_cases = cases.take(~(closed | hidden))
    moved_cases = sides.moved(open_cases, progress.part(0.5, 1.0))
    records = [
        *_move_records("component", texts(components, "code"), moved),
        *_move_records("case", texts(open_cases, "id"), moved_cases),
    ]
    names = [field.column for field in table_specs()["moves"].fields]
    return Rows({name: as_column(record[name] for record in records) for name in names})


@dataclass(frozen=True)
class _Sides:
    """The layers of the base and of now, between which objects move."""

    base: Mapping[str, FrozenLayer]
    now: Mapping[str, FrozenLayer]
    precision_m: float
    over_lanes: bool

    def moved(self, rows: Rows, progress: Progress) -> Moves:
        points = np.empty(0, dtype=object) if rows.geometry is None else rows.geometry
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


def _record(change: Change, lineage: Lineage) -> dict[str, Any]:
    key = (change.layer, change.code)
    return {
        "layer": change.layer,
        "code": change.code,
        "change": change.change,
        "predecessors": _JOIN.join(lineage.predecessors.get(key, ())) or None,
        "successors": _JOIN.join(lineage.successors.get(key, ())) or None,
        "before": change.before or None,
        "after": change.after or None,
    }


def _rows(records: Iterable[Mapping[str, Any]], *more: str) -> Rows:
    names = [field.column for field in table_specs()["changes"].fields]
    listed = list(records)
    return Rows({name: as_column(record[name] for record in listed) for name in (*names, *more)})
