"""Gestures on the layer of street-lanes: one edit command each, with codes, names of the ends and metres."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import shapely
from qgis.core import QgsFeature, QgsFeatureRequest, QgsGeometry, QgsRectangle, QgsVectorLayer

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.geometry.parts import as_multi
from gridmgmt_plugin.core.lanes.description import LaneFacts, describe
from gridmgmt_plugin.core.lanes.lane_edit import ABOLISHED, IN_USE, LaneEdit, lanes_in_use
from gridmgmt_plugin.core.lanes.options import Areas, LaneOptions
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message, tongue_of
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.editing.edit_command import edit_command
from gridmgmt_plugin.editing.gestures.attributes import plain, stored
from gridmgmt_plugin.editing.gestures.readiness import refuse_unready
from gridmgmt_plugin.editing.lanes.lane_numbers import new_codes, offices_of
from gridmgmt_plugin.editing.unanswered_reads import refuse_silent
from gridmgmt_plugin.project.i18n import language
from gridmgmt_plugin.workspace.changes.row_reading import Bounds
from gridmgmt_plugin.workspace.workspace import Workspace

# Streets that cross at an end lie within this distance of it.
_AROUND_M = 100.0
_PLACES = ("from_place", "to_place", "direction")
#: Lines around a place with a name each: what crosses lanes beside lanes.
Streets = Callable[[Bounds], tuple[np.ndarray, np.ndarray]]


class LaneEditor:
    """Our gestures on one layer of lanes. Undo and redo are QGIS's own.

    ``before_gesture``: called before the layer is read or changed. ``streets``: the lines that the map shows beside
    the lanes.
    """

    def __init__(self, layer: QgsVectorLayer, workspace: Workspace, streets: Streets) -> None:
        self.layer = layer
        self.workspace = workspace
        self.options = LaneOptions(precision_m=workspace.info.precision_m, language=tongue_of(language()))
        self.before_gesture: list[Callable[[], None]] = []
        self._streets = streets
        self._offices: Areas | None = None

    def start(self) -> None:
        """Begin editing, or go on with it.

        :raises WorkspaceError: why the layer cannot be edited; ``editing_not_started`` when QGIS refuses.
        """
        refuse_unready(self.layer, self.workspace, "lane")
        if not self.layer.isEditable() and not self.layer.startEditing():
            raise WorkspaceError("editing_not_started", layer=self.layer.name())
        self._offices = None

    def near(self, bounds: Bounds) -> Rows:
        """Return the lanes in use that meet ``bounds`` and their surroundings.

        :raises WorkspaceError: ``editing_layer_silent``.
        """
        self._clear_up()
        minx, miny, maxx, maxy = bounds
        return _lanes_within(self.layer, (minx - _AROUND_M, miny - _AROUND_M, maxx + _AROUND_M, maxy + _AROUND_M))

    def facts(self, lanes: Rows, edit: LaneEdit) -> LaneFacts:
        """Return what follows from the lines that the edit makes: changed ones first, then added ones."""
        shapes = np.concatenate([edit.changed_shapes, edit.added_shapes])
        names = [lanes["name"][at] for at in edit.changed.tolist()]
        names += [values.get("name") for values in edit.added_values]
        moving = {*edit.changed.tolist(), *edit.ended.tolist()}
        return self._described(lanes, shapes, np.array(names, dtype=object), moving)

    def apply(self, lanes: Rows, edit: LaneEdit) -> str:
        """Make the edit: one command on the layer, one undo. Return its text.

        :param lanes: the rows that the edit was made from, read since the last change.
        :raises InputError: with the layer untouched: ``lane_outside_areas``, ``code_sequence_full``.
        :raises WorkspaceError: ``editing_not_editable``, ``editing_refused``; the layer is as before.
        """
        self._clear_up()
        if not self.layer.isEditable():
            raise WorkspaceError("editing_not_editable", layer=self.layer.name())
        changes = self._changes(lanes, edit)
        added = self._added(lanes, edit)
        text = self._text(lanes, edit, added)
        with edit_command(self.layer, text):
            for at, shape, values in changes:
                self._change(lanes, at, shape, values)
            for shape, values in added:
                self._add(shape, values)
            for at in edit.ended.tolist():
                self._end(lanes, at)
        self.layer.triggerRepaint()
        return text

    # What is written.

    def _changes(self, lanes: Rows, edit: LaneEdit) -> list[tuple[int, Any, dict[str, Any]]]:
        count = len(edit.changed)
        if count == 0:
            return []
        after = self.facts(lanes, edit)
        moving = set(edit.changed.tolist())
        old = self._described(lanes, lanes.shapes[edit.changed], lanes["name"][edit.changed], moving)
        found = []
        for number, at in enumerate(edit.changed.tolist()):
            values: dict[str, Any] = {"length_m": after.length_m[number]}
            for name in _PLACES if edit.kind != "lane_reverse" else ():
                # What people wrote stays as long as the end of the line does.
                if getattr(old, name)[number] != getattr(after, name)[number]:
                    values[name] = getattr(after, name)[number]
            values.update(edit.values.get(at, {}))
            found.append((at, edit.changed_shapes[number], values))
        return found

    def _added(self, lanes: Rows, edit: LaneEdit) -> list[tuple[Any, dict[str, Any]]]:
        first, count = len(edit.changed), len(edit.added_shapes)
        if count == 0:
            return []
        facts = self.facts(lanes, edit)
        offices = facts.street_code[first:]
        if any(office is None for office in offices):
            raise InputError("lane_outside_areas")
        today = clock.today().isoformat()
        found = []
        for number, code in enumerate(self._codes([str(office) for office in offices])):
            row = first + number
            source = int(edit.added_from[number])
            values = {name: getattr(facts, name)[row] for name in ("length_m", *_PLACES, "managing_street_code")}
            values.update(edit.added_values[number])
            values.update(code=code, street_code=offices[number], state=IN_USE, valid_from=today)
            if source >= 0 and lanes["code"][source]:
                values["prior_code"] = lanes["code"][source]
            found.append((edit.added_shapes[number], values))
        return found

    def _codes(self, offices: list[str]) -> list[str]:
        """Return the lowest free numbers of street offices: free in the register, the table and the buffer."""
        return new_codes(self.workspace, offices, self._codes_in_buffer())

    def _codes_in_buffer(self) -> Iterator[str]:
        column = self.layer.fields().lookupField("code")
        buffer = self.layer.editBuffer()
        for feature in buffer.addedFeatures().values():
            yield str(plain(feature.attribute(column)) or "")
        for changes in buffer.changedAttributeValues().values():
            if column in changes:
                yield str(plain(changes[column]) or "")

    def _described(self, lanes: Rows, shapes: np.ndarray, names: np.ndarray, moving: set[int]) -> LaneFacts:
        others = np.array([at not in moving for at in range(len(lanes))], dtype=bool)
        minx, miny, maxx, maxy = shapely.total_bounds(shapes).tolist()
        reach = self.options.join_gap_m
        lines, line_names = self._streets((minx - reach, miny - reach, maxx + reach, maxy + reach))
        around = np.concatenate([lanes.shapes[others], lines])
        around_names = np.concatenate([lanes["name"][others], line_names])
        return describe(shapes, names, around, around_names, self._areas(), self.options)

    def _areas(self) -> Areas:
        if self._offices is None:
            self._offices = offices_of(self.workspace)
        return self._offices

    def _change(self, lanes: Rows, at: int, shape: Any, values: dict[str, Any]) -> None:
        fid = int(lanes.fids[at])
        self._accept(self.layer.changeGeometry(fid, _geometry(shape), True))
        self._write(lanes, at, values)

    def _write(self, lanes: Rows, at: int, values: dict[str, Any]) -> None:
        fields = self.layer.fields()
        for name, value in values.items():
            if lanes[name][at] != value:
                index = fields.lookupField(name)
                attribute = stored(fields[index], value)
                self._accept(self.layer.changeAttributeValue(int(lanes.fids[at]), index, attribute))

    def _add(self, shape: Any, values: dict[str, Any]) -> None:
        fields = self.layer.fields()
        feature = QgsFeature(fields)
        feature.setGeometry(_geometry(shape))
        for name, value in values.items():
            index = fields.lookupField(name)
            feature.setAttribute(index, stored(fields[index], value))
        self._accept(self.layer.addFeature(feature))

    def _end(self, lanes: Rows, at: int) -> None:
        """End a lane: its row stays as history, unless nobody has ever saved it."""
        fid = int(lanes.fids[at])
        if fid < 0:
            self._accept(self.layer.deleteFeature(fid))
        else:
            self._write(lanes, at, {"state": ABOLISHED, "valid_to": clock.today().isoformat()})

    def _text(self, lanes: Rows, edit: LaneEdit, added: list[tuple[Any, dict[str, Any]]]) -> str:
        positions = [*edit.changed.tolist(), *edit.ended.tolist()]
        names = [lanes["name"][at] or lanes["code"][at] or "–" for at in positions]
        names += [] if positions else [values.get("name") or values["code"] for _, values in added]
        return Message(f"gesture_{edit.kind}", {"names": listing(dict.fromkeys(names), 3)}).text(language())

    def _clear_up(self) -> None:
        for action in self.before_gesture:
            action()

    def _accept(self, done: Any) -> None:
        if not done:
            raise WorkspaceError("editing_refused", layer=self.layer.name())


def _lanes_within(layer: QgsVectorLayer, bounds: Bounds) -> Rows:
    """Return the lanes in use that meet ``bounds``, whole, unsaved ones too, in the order of their codes.

    :raises WorkspaceError: ``editing_layer_silent``.
    """
    refuse_silent(layer)
    features = list(layer.getFeatures(QgsFeatureRequest(QgsRectangle(*bounds))))
    features.sort(key=lambda feature: (str(plain(feature["code"]) or ""), feature.id()))
    rows = _rows(layer, features)
    return rows.take(lanes_in_use(rows)) if len(rows) else rows


def _rows(layer: QgsVectorLayer, features: list[QgsFeature]) -> Rows:
    records = [[plain(value) for value in feature.attributes()] for feature in features]
    names = [field.name() for field in layer.fields()]
    columns = {name: as_column(record[at] for record in records) for at, name in enumerate(names)}
    fid = np.array([feature.id() for feature in features], dtype=np.int64)
    return Rows(columns, _shapes(features), fid)


def _shapes(features: list[QgsFeature]) -> np.ndarray:
    given = [feature.geometry() for feature in features]
    lines = as_column(None if one.isEmpty() else shapely.from_wkb(one.asWkb().data()) for one in given)
    return as_multi(shapely.force_2d(lines))


def _geometry(shape: Any) -> QgsGeometry:
    geometry = QgsGeometry()
    geometry.fromWkb(shapely.to_wkb(shape, byte_order=1))
    return geometry
