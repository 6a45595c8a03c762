"""Gestures on duty zones (责任区): those of one kind are to each other as cells are; kinds may overlap."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from qgis.core import QgsFeature, QgsFeatureRequest, QgsRectangle, QgsVectorLayer

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.codes.parts import LARGER_KEEPS
from gridmgmt_plugin.core.coverage.gestures.edit import NOBODY, Cells, CoverageEdit
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.value_lists import value_list
from gridmgmt_plugin.editing.gestures.attributes import plain
from gridmgmt_plugin.editing.gestures.editor import GridEditor
from gridmgmt_plugin.editing.gestures.neighbourhood import Neighbourhood, usable_rows
from gridmgmt_plugin.editing.gestures.plan import LayerChange, differing, refuse_unusable
from gridmgmt_plugin.editing.gestures.readiness import refuse_unready
from gridmgmt_plugin.editing.unanswered_reads import refuse_silent
from gridmgmt_plugin.workspace.changes.row_reading import Bounds
from gridmgmt_plugin.workspace.workspace import Workspace

TABLE = "duty_zone"
KINDS = "duty_zone_kind"
# Zones may lie anywhere: their ground ends nowhere that a hand would draw.
_BEYOND_M = 1_000_000.0
_INHERITED = ("kind", "manager_code", "basis")
_NUMBER = re.compile(r"Z(\d+)$")


@dataclass(frozen=True)
class ZoneChoice:
    """What a new zone is: ``kind`` of the list ``duty_zone_kind``, ``manager_code`` of a department, ``name``."""

    kind: str
    manager_code: str | None = None
    name: str | None = None


class ZoneEditor(GridEditor):
    """The zones of one kind at a time; ``choice`` says which, and what a new one is."""

    def __init__(self, layer: QgsVectorLayer, workspace: Workspace) -> None:
        super().__init__(layer, workspace)
        self.choice = ZoneChoice(value_list(KINDS)[0][0])

    @property
    def split_policy(self) -> str:
        """Return that the larger part stays the zone: nothing outside refers to codes of zones."""
        return LARGER_KEEPS

    def refuse_unready(self) -> None:
        """Do nothing when the layer can be edited by our tools.

        :raises WorkspaceError: see :func:`~gridmgmt_plugin.editing.gestures.readiness.refuse_unready`.
        """
        refuse_unready(self.layer, self.workspace, TABLE)

    def prepare(self) -> None:
        """Do nothing: the codes of zones are read with the gesture."""

    def neighbourhood(self, bounds: Bounds) -> Neighbourhood:
        """Return the zones of the kind chosen, and in force, that meet ``bounds``, and all that touch these; beyond
        them the ground is nobody's. Each part of a zone is a cell.

        :raises WorkspaceError: ``editing_layer_silent``.
        """
        self.clear_up()
        refuse_silent(self.layer)
        around = bounds
        for _ in range(2):  # those that meet the bounds, and those that touch these
            rows, unusable = usable_rows(self.layer, self._features(around), in_parts=True)
            box = [around, *(shape.bounds for shape in rows.shapes)]
            around = (*np.min(box, axis=0)[:2].tolist(), *np.max(box, axis=0)[2:].tolist())
        everywhere = shapely.box(*(v + s * _BEYOND_M for v, s in zip(bounds, (-1, -1, 1, 1))))
        parts, of_row = shapely.get_parts(rows.shapes, return_index=True)
        rows = rows.take(of_row)
        cells = Cells(parts, np.zeros(len(parts), dtype=np.int64), {0: everywhere})
        return Neighbourhood(cells, rows.fids, rows["code"], rows, ("",), unusable)

    def whole(self, near: Neighbourhood, edit: CoverageEdit) -> CoverageEdit:
        """Return an edit of parts of zones as one of whole zones, each standing where its first part does.

        A zone goes when none of its parts is left. What is merged is the zones: parts of them that lie elsewhere go
        along.
        """
        _, begins, which = np.unique(near.fid, return_index=True, return_inverse=True)
        first = begins[which]
        owner, is_left = first.copy(), np.ones(len(near), dtype=bool)
        is_left[edit.removed] = False
        if edit.kind == "merge" and len(edit.removed):
            keeper = edit.flows.target[np.isin(edit.flows.source, edit.removed)][0]
            owner[np.isin(first, first[edit.removed])] = first[keeper]
        parts = near.cells.geometry.copy()
        parts[edit.changed] = edit.changed_geometry
        touched = np.concatenate([edit.changed, edit.removed])
        zones = np.union1d(first[touched], owner[touched])
        held = [parts[is_left & (owner == zone)] for zone in zones.tolist()]
        stays = np.array([len(mine) > 0 for mine in held], dtype=bool)
        whole = np.empty(int(stays.sum()), dtype=object)
        whole[:] = [mine[0] if len(mine) == 1 else shapely.union_all(mine) for mine in held if len(mine)]
        return replace(edit, changed=zones[stays], changed_geometry=whole, removed=zones[~stays])

    def planned(self, near: Neighbourhood, edit: CoverageEdit) -> LayerChange:
        """Return what an edit does to the zones; a new one is what was chosen, a part cut off what it was cut from.

        :raises InputError: ``editing_cell_in_parts``, ``editing_cell_invalid``, ``editing_nothing_changes``.
        """
        refuse_unusable(near, edit)
        edit = self.whole(near, edit)
        differs = differing(near.rows.shapes[edit.changed], edit.changed_geometry)
        position = edit.changed[differs].tolist()
        codes = self._new_codes(len(edit.added_geometry))
        added = tuple(
            (shape, {**self._values(near, edit, at), "code": codes[at]})
            for at, shape in enumerate(edit.added_geometry.tolist())
        )
        change = LayerChange(
            tuple(position),
            tuple(edit.changed_geometry[differs].tolist()),
            tuple({} for _ in position),
            added,
            tuple(edit.removed.tolist()),
        )
        if not change:
            raise InputError("editing_nothing_changes")
        return change

    def _values(self, near: Neighbourhood, edit: CoverageEdit, added: int) -> dict[str, Any]:
        values: dict[str, Any] = {"valid_from": clock.today().isoformat(), "row_version": 1}
        source = int(edit.added_from[added])
        if source == NOBODY or (edit.kind == "draw" and added == 0):
            chosen = self.choice
            return {**values, "kind": chosen.kind, "manager_code": chosen.manager_code, "name": chosen.name}
        return {**values, **{name: near.rows[name][source] for name in _INHERITED}}

    def _new_codes(self, count: int) -> list[str]:
        """Return the next codes: the county, Z, and a number above all that the layer has."""
        if not count:
            return []
        request = QgsFeatureRequest().setSubsetOfAttributes(["code"], self.layer.fields())
        request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
        found = (_NUMBER.search(str(plain(feature["code"]) or "")) for feature in self.layer.getFeatures(request))
        last = max((int(match.group(1)) for match in found if match), default=0)
        return [f"{self.workspace.info.county_code}Z{last + 1 + number:04d}" for number in range(count)]

    def _features(self, bounds: Bounds) -> list[QgsFeature]:
        """Return the zones of the kind chosen, and in force, whose bounds meet these."""
        minx, miny, maxx, maxy = bounds
        request = QgsFeatureRequest(QgsRectangle(minx, miny, maxx, maxy).buffered(self.tolerance.snap_m))
        today = clock.today().isoformat()
        return [
            feature
            for feature in self.layer.getFeatures(request)
            if plain(feature["kind"]) == self.choice.kind and str(plain(feature["valid_to"]) or today)[:10] >= today
        ]
