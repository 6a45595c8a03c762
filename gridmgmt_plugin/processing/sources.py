"""Layers and files that a user gives to an algorithm, as the one form that the jobs read: a ``Source``.

A file is read by our own reader (it finds the encoding, tells a missing .prj and is fast), also when the user chose
it as a layer of the project, as long as the layer shows just what the file holds. Anything else (a memory layer,
unsaved edits, a filter, a selection, a database) is taken as QGIS shows it.

:func:`take_input` runs where QGIS prepares an algorithm, usually the main thread, and keeps no layer; ``read`` runs
in the algorithm's own thread.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from qgis.core import (
    QgsFeatureRequest,
    QgsFeatureSource,
    QgsFields,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingUtils,
    QgsProject,
    QgsProperty,
    QgsProviderRegistry,
    QgsVectorLayer,
    QgsVectorLayerFeatureSource,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QDate, QDateTime, Qt, QTime

from gridmgmt_plugin.core.files import split_layer
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.code_damage import with_code_damage
from gridmgmt_plugin.exchange.headings import unique_names
from gridmgmt_plugin.exchange.paths import VECTORS
from gridmgmt_plugin.exchange.placeholders import without_placeholders
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.exchange.row_problems import RowProblems
from gridmgmt_plugin.exchange.source import Source, with_real_characters
from gridmgmt_plugin.exchange.vectors import zones_of_times
from gridmgmt_plugin.exchange.wkb_shapes import shapes_of_wkb
from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.files_in_use import same_file
from gridmgmt_plugin.project.i18n import language
from gridmgmt_plugin.project.postponed import open_postponed
from gridmgmt_plugin.project.shown_workspace import TABLE_PROPERTY, shown_location
from gridmgmt_plugin.workspace.location import GeoPackageLocation, Location
from gridmgmt_plugin.workspace.schema import tables

# Formats of which a path alone names the layer.
_ONE_LAYER = (".shp", ".dbf", ".geojson", ".json", ".fgb", ".csv")
_STEP = 5000


class LayerInput(Protocol):
    """Something with rows that was given to an algorithm."""

    def read(self, encoding: str, progress: Progress) -> Source:
        """Return the rows.

        :raises InputError: see :func:`gridmgmt_plugin.exchange.reading.read_source`.
        """

    def column(self, name: str, source: Source) -> str:
        """Return the name under which ``source`` holds the column that QGIS calls ``name``."""

    def own_table(self, location: Location) -> str:
        """Return which table of the workspace at ``location`` this is the layer of, "" for anything else."""


@dataclass(frozen=True)
class FileInput:
    """A file; ``crs_wkt`` is what the user set in QGIS, ``qgis_names`` are the columns as QGIS shows them."""

    path: str
    crs_wkt: str | None = None
    qgis_names: tuple[str, ...] = ()

    def read(self, encoding: str, progress: Progress) -> Source:
        """Return the file's rows, with the reference system that the user set in QGIS, if any."""
        source = read_source(self.path, encoding=encoding, progress=progress)
        if self.crs_wkt is None:
            return source
        notes = tuple(note for note in source.notes if note.code != "crs_missing")
        return Source(
            source.rows,
            source.name,
            source.path,
            self.crs_wkt,
            source.encoding,
            notes,
            source.row_numbers,
            source.problems,
        )

    def column(self, name: str, source: Source) -> str:
        """Return the column by name, else by place: QGIS may show the headings of a GBK file garbled."""
        names = source.field_names
        if name not in names and name in self.qgis_names and len(names) == len(self.qgis_names):
            return names[self.qgis_names.index(name)]
        return name

    def own_table(self, location: Location) -> str:
        """Return the table that the path names in the workspace's own file."""
        path, table = split_layer(self.path)
        is_own = isinstance(location, GeoPackageLocation) and same_file(Path(path), location.path)
        name = (table or "").strip()
        return name if is_own and name in tables() else ""


@dataclass(frozen=True)
class TimesInFile:
    """Where the times of a layer stand with their zones, which QGIS does not show: it gives 23:30Z as 23:30."""

    gdal_path: str
    layer: str | None
    columns: tuple[str, ...]

    def add_zones(self, columns: Mapping[str, list[Any]], fids: Sequence[int]) -> None:
        """Put the zone behind each time that still is what the file holds; ``columns``: one list per column."""
        zones = zones_of_times(self.gdal_path, self.layer)
        for name in self.columns:
            told = zones.get(name, {})
            for row, fid in enumerate(fids):
                time, zone = told.get(fid, ("", ""))
                if zone and columns[name][row] == time:
                    columns[name][row] = time + zone


@dataclass(frozen=True)
class SnapshotInput:
    """The rows of a layer as QGIS showed them when the algorithm was started; ``fids`` are the selected ones,
    ``times`` leads to the zones of a file's times, ``home`` is the workspace and table of a layer of ours.
    """

    features: QgsFeatureSource
    fields: QgsFields
    title: str
    crs_wkt: str | None
    spatial: bool
    fids: Sequence[int] | None = None
    times: TimesInFile | None = None
    home: tuple[Location, str] | None = None

    def read(self, encoding: str, progress: Progress) -> Source:  # noqa: ARG002  QGIS has decoded the text already
        """Return the rows feature by feature."""
        request = QgsFeatureRequest()
        if self.fids is not None:
            request.setFilterFids(list(self.fids))
        fids: list[int] = []
        records: list[list[Any]] = []
        wkb: list[bytes | None] = []
        for feature in self.features.getFeatures(request):
            fids.append(feature.id())
            records.append([plain_value(value) for value in feature.attributes()])
            if self.spatial:
                wkb.append(_wkb(feature.geometry()))
            if len(fids) % _STEP == 0:
                progress.report(0.5)
        progress.report(1.0)
        names = unique_names(field.name() for field in self.fields)
        columns = [list(values) for values in zip(*records)] if records else [[] for _ in names]
        if self.times is not None:
            self.times.add_zones(dict(zip(names, columns)), fids)
        shapes = shapes_of_wkb(wkb) if self.spatial else None
        geometry = None if shapes is None else shapes.held
        rows = Rows({name: as_column(values) for name, values in zip(names, columns)}, geometry)
        problems = RowProblems() if shapes is None else shapes.problems()
        source = Source(
            rows,
            self.title,
            self.title,
            self.crs_wkt,
            "utf-8",
            _notes(rows, problems, missing_crs=self.spatial and self.crs_wkt is None),
            np.array(fids, dtype=np.int64),
            problems,
        )
        return with_code_damage(without_placeholders(with_real_characters(source)))

    def column(self, name: str, source: Source) -> str:  # noqa: ARG002  the names are QGIS's own
        """Return ``name``."""
        return name

    def own_table(self, location: Location) -> str:
        """Return the table of a layer that the project shows of this workspace."""
        return self.home[1] if self.home is not None and self.home[0] == location else ""


def take_input(value: Any, context: QgsProcessingContext) -> LayerInput | None:
    """Return what a layer parameter was given, ``None`` for nothing; nothing is opened that is not open yet but a
    table of the workspace that waits for it.

    :raises WorkspaceError: see :func:`~gridmgmt_plugin.project.postponed.open_postponed`.
    """
    only_selected = False
    if isinstance(value, QgsProcessingFeatureSourceDefinition):
        only_selected = value.selectedFeaturesOnly
        value = value.source
    if isinstance(value, QgsProperty):
        value = value.value(context.expressionContext())[0]
    if isinstance(value, str) and value.strip():
        found = QgsProcessingUtils.mapLayerFromString(value, context, False)
        if not isinstance(found, QgsVectorLayer) and _is_database(value):
            found = QgsProcessingUtils.mapLayerFromString(value, context)
        if not isinstance(found, QgsVectorLayer):
            return FileInput(value)
        value = found
    if isinstance(value, QgsVectorLayer):
        return _of_layer(value, context.project(), only_selected=only_selected)
    return None


def _is_database(text: str) -> bool:
    """Tell whether a text is a provider's address and not the path of a file."""
    return not Path(split_layer(text)[0]).exists() and (
        "://" in text or " table=" in text or "=" in text.split("|", maxsplit=1)[0]
    )


def read_input(given: LayerInput, location: Location | None, encoding: str, progress: Progress) -> Source:
    """Return the rows of an input; a layer of the workspace at ``location`` is known as such.

    :raises InputError: see :func:`gridmgmt_plugin.exchange.reading.read_source`.
    """
    source = given.read(encoding, progress)
    table = "" if location is None else given.own_table(location)
    return source.as_own(table, language()) if table else source


def _of_layer(layer: QgsVectorLayer, project: QgsProject | None, *, only_selected: bool) -> LayerInput:
    open_postponed(layer)
    crs_wkt = layer.crs().toWkt() if layer.crs().isValid() else None
    path = None if only_selected else _file_of(layer)
    if path is not None:
        provider = layer.dataProvider()
        set_by_user = crs_wkt is not None and layer.crs() != provider.crs()
        names = [f.name() for i, f in enumerate(provider.fields()) if i not in provider.pkAttributeIndexes()]
        return FileInput(path, crs_wkt if set_by_user else None, tuple(names))
    return SnapshotInput(
        QgsVectorLayerFeatureSource(layer),
        layer.fields(),
        layer.name(),
        crs_wkt,
        layer.isSpatial(),
        layer.selectedFeatureIds() if only_selected else None,
        _times_of(layer),
        _home_of(layer, project),
    )


def _home_of(layer: QgsVectorLayer, project: QgsProject | None) -> tuple[Location, str] | None:
    table = layer.customProperty(TABLE_PROPERTY)
    location = shown_location(project) if table and project is not None else None
    return None if location is None else (location, str(table))


def _times_of(layer: QgsVectorLayer) -> TimesInFile | None:
    """Return where the times of a file's layer stand with their zones, ``None`` where there are none to look for."""
    fields = layer.fields()
    own = [i for i in range(fields.count()) if fields.fieldOrigin(i) == QgsFields.FieldOrigin.OriginProvider]
    timed = tuple(fields[i].name() for i in own if fields[i].typeName() == "DateTime")
    if layer.providerType() != "ogr" or not timed:
        return None
    parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    path = "".join(parts.get(part) or "" for part in ("vsiPrefix", "path", "vsiSuffix"))
    if Path(path).suffix.lower() not in VECTORS:  # QGIS opens more than we do
        return None
    return TimesInFile(path, parts.get("layerName") or None, timed)


def _file_of(layer: QgsVectorLayer) -> str | None:
    """Return the path that our reader can open in place of ``layer``, ``None`` when the file shows something else."""
    fields = layer.fields()
    changed = layer.isModified() or layer.subsetString() or layer.vectorJoins()
    virtual = any(fields.fieldOrigin(i) != QgsFields.FieldOrigin.OriginProvider for i in range(fields.count()))
    if layer.providerType() != "ogr" or changed or virtual:
        return None
    parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    path, name = parts.get("path") or "", parts.get("layerName")
    part_of_it = parts.get("vsiPrefix") or "geometrytype=" in layer.source().lower()
    if part_of_it or not Path(path).is_file() or Path(path).suffix.lower() == ".dxf":
        return None
    if name:
        return f"{path}|layername={name}"
    return path if Path(path).suffix.lower() in _ONE_LAYER else None


def plain_value(value: Any) -> Any:
    """Return an attribute of QGIS as our readers give it: blank as ``None``, dates as ISO 8601 text."""
    if is_null(value):
        return None
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, (QDate, QDateTime, QTime)):
        told = value.toString("HH:mm:ss" if isinstance(value, QTime) else _iso_pattern(value))
        return told + (_zone_of(value) if isinstance(value, QDateTime) else "") if told else None
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value


def _iso_pattern(value: QDate | QDateTime) -> str:
    return "yyyy-MM-dd" if isinstance(value, QDate) else "yyyy-MM-ddTHH:mm:ss"


def _zone_of(value: QDateTime) -> str:
    """Return the zone as ISO 8601 writes it; nothing for a time that is told without one."""
    if value.timeSpec() == Qt.TimeSpec.LocalTime:
        return ""
    minutes = value.offsetFromUtc() // 60
    return "Z" if not minutes else f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _wkb(geometry: QgsGeometry) -> bytes | None:
    if geometry.isNull():
        return None
    if QgsWkbTypes.isCurvedType(geometry.wkbType()):
        geometry = QgsGeometry(geometry.constGet().segmentize())
    return bytes(geometry.asWkb())


def _notes(rows: Rows, problems: RowProblems, *, missing_crs: bool) -> tuple[Message, ...]:
    notes = [] if len(rows) else [Message("layer_without_rows")]
    if missing_crs:
        notes.append(Message("crs_missing"))
    notes += [
        Message("rows_with_problem", {"count": count, "problem": Message(reason)})
        for reason, count in problems.counts().items()
    ]
    return tuple(notes)
