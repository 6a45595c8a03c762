"""What waits to be saved in a layer, read once out of QGIS's edit buffer into plain values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import shapely
from qgis.core import QgsFeature, QgsFeatureRequest, QgsFields, QgsGeometry, QgsVectorLayer, QgsWkbTypes

from gridmgmt_plugin.core.geometry.parts import as_single
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.editing.gestures.attributes import typed
from gridmgmt_plugin.editing.unanswered_reads import refuse_silent, refuse_unanswered_layer

# Columns that no form and no tool of QGIS decides about.
_OURS = ("fid", "row_version")


@dataclass(frozen=True, eq=False)
class AddedRow:
    """A new row: ``fid`` is QGIS's negative number for it."""

    fid: int
    values: Mapping[str, Any]
    geometry: Any


@dataclass(frozen=True, eq=False)
class PendingEdits:
    """The content of an edit buffer; row numbers are those of the table.

    ``values``: row → column → new value. ``shapes``: row → new geometry. Neither names rows that are ``deleted``.
    ``restructured``: columns were added, removed or renamed. ``numbers``: QGIS's number of each stored row.
    """

    values: Mapping[int, Mapping[str, Any]]
    shapes: Mapping[int, Any]
    deleted: tuple[int, ...]
    added: tuple[AddedRow, ...]
    restructured: bool = False
    numbers: Mapping[int, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.values or self.shapes or self.deleted or self.added or self.restructured)

    @property
    def stored_rows(self) -> list[int]:
        """Return the numbers of all stored rows that are changed or deleted, ascending."""
        return sorted({*self.values, *self.shapes, *self.deleted})

    def without(self, fids: Collection[int]) -> PendingEdits:
        """Return the edits but for those of some stored rows."""
        if not fids:
            return self
        return replace(
            self,
            values={fid: changes for fid, changes in self.values.items() if fid not in fids},
            shapes={fid: shape for fid, shape in self.shapes.items() if fid not in fids},
            deleted=tuple(fid for fid in self.deleted if fid not in fids),
        )


def read_pending(layer: QgsVectorLayer, known: Mapping[int, int] | None = None) -> PendingEdits:
    """Return what is in the edit buffer of a layer; nothing when it is not being edited.

    :param known: row numbers that need not be asked for, by QGIS's feature numbers.
    :raises WorkspaceError: ``editing_layer_silent``.
    """
    buffer = layer.editBuffer()
    if buffer is None:
        return PendingEdits({}, {}, (), ())
    fields = layer.fields()
    names = _stored_columns(fields)
    deleted = set(buffer.deletedFeatureIds())
    values = {
        fid: {names[at]: typed(fields.at(at), value) for at, value in changes.items() if at in names}
        for fid, changes in buffer.changedAttributeValues().items()
        if fid not in deleted
    }
    values = {fid: changes for fid, changes in values.items() if changes}
    shapes = _shapes({fid: shape for fid, shape in buffer.changedGeometries().items() if fid not in deleted})
    edited, known = {*deleted, *values, *shapes}, known or {}
    number = {**known, **row_numbers(layer, edited - known.keys())}
    features = buffer.addedFeatures()
    new_shapes = _shapes({fid: feature.geometry() for fid, feature in features.items()})
    added = [AddedRow(fid, _typed_row(feature, fields, names), new_shapes[fid]) for fid, feature in features.items()]
    return PendingEdits(
        values={number[fid]: changes for fid, changes in values.items()},
        shapes={number[fid]: shape for fid, shape in shapes.items()},
        deleted=tuple(sorted(number[fid] for fid in deleted)),
        # QGIS numbers new features downwards: the first one drawn comes first.
        added=tuple(sorted(added, key=lambda row: -row.fid)),
        restructured=bool(buffer.addedAttributes() or buffer.deletedAttributeIds() or _renamed(layer)),
        numbers={row: fid for fid, row in number.items()},
    )


def _typed_row(feature: QgsFeature, fields: QgsFields, names: Mapping[int, str]) -> dict[str, Any]:
    return {name: typed(fields.at(at), feature.attribute(at)) for at, name in names.items()}


def _stored_columns(fields: QgsFields) -> dict[int, str]:
    """Return position → name of the columns that are in the table; joined and computed ones are not."""
    stored = QgsFields.FieldOrigin.OriginProvider
    return {
        at: fields.at(at).name()
        for at in range(fields.count())
        if fields.fieldOrigin(at) == stored and fields.at(at).name() not in _OURS
    }


def _renamed(layer: QgsVectorLayer) -> bool:
    provided, shown = layer.dataProvider().fields(), layer.fields()
    here = [
        shown.at(at) for at in range(shown.count()) if shown.fieldOrigin(at) == QgsFields.FieldOrigin.OriginProvider
    ]
    return bool([field.name() for field in here] != provided.names())


def row_numbers(layer: QgsVectorLayer, fids: set[int]) -> Mapping[int, int]:
    """Return QGIS's feature number → row number; they differ where the provider makes up its own.

    :raises WorkspaceError: ``editing_layer_silent``.
    """
    if layer.providerType() == "ogr" or not fids:
        return {fid: fid for fid in fids}
    refuse_unanswered_layer(layer)
    found = _read_row_numbers(layer, fids)
    if len(found) < len(fids):
        refuse_silent(layer)  # they are gone, or the connection is
        found = _read_row_numbers(layer, fids)
    # A row that somebody removed meanwhile keeps a number that no table has: the save will miss it and say so.
    return {fid: found.get(fid, -fid) for fid in fids}


def _read_row_numbers(layer: QgsVectorLayer, fids: set[int]) -> dict[int, int]:
    request = QgsFeatureRequest().setFilterFids(list(fids)).setFlags(QgsFeatureRequest.Flag.NoGeometry)
    provider = layer.dataProvider()
    column = provider.fields().lookupField("fid")
    request.setSubsetOfAttributes([column])
    return {feature.id(): int(feature.attribute(column)) for feature in provider.getFeatures(request)}


def _shapes(geometries: Mapping[int, QgsGeometry]) -> dict[int, Any]:
    """Return planar shapely geometries with straight edges, ``None`` for what is missing."""
    bodies: Iterable[bytes | None] = (
        None if geometry.isNull() else _straight(geometry).asWkb().data() for geometry in geometries.values()
    )
    shapes = shapely.force_2d(shapely.from_wkb(as_column(bodies)))
    return dict(zip(geometries, as_single(np.asarray(shapes, dtype=object))))


def _straight(geometry: QgsGeometry) -> QgsGeometry:
    """Return a geometry without curves, as QGIS itself would write it to the table."""
    return QgsGeometry(geometry.constGet().segmentize()) if QgsWkbTypes.isCurvedType(geometry.wkbType()) else geometry
