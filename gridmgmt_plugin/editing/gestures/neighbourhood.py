"""The cells that a gesture works on, read from the layer as it stands: with everything that is not saved yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from qgis.core import QgsFeature, QgsFeatureRequest, QgsRectangle, QgsVectorLayer, QgsWkbTypes

from gridmgmt_plugin.core.coverage.gestures.edit import Cells
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.parts import as_single
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.editing.gestures.attributes import plain
from gridmgmt_plugin.editing.gestures.buffered_rows import rows_within
from gridmgmt_plugin.editing.unanswered_reads import refuse_silent, refuse_unanswered_layer
from gridmgmt_plugin.workspace.changes.outlines import AreaOutlines
from gridmgmt_plugin.workspace.changes.row_reading import Bounds

POLYGON, MULTIPOLYGON = 3, 6
# Cells that meet a gesture seldom reach further than this beyond it.
_AROUND_M = 250.0


@dataclass(frozen=True, eq=False)
class UnusableCell:
    """A row that is no cell to work with: ``reason`` is ``editing_cell_in_parts`` or ``editing_cell_invalid``."""

    fid: int
    code: str | None
    reason: str
    geometry: shapely.Geometry


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """Cells around a gesture, n of them, sorted by code.

    ``cells``: geometry, group and outlines for the core. ``fid``: int64 (n,), the layer's feature ids, negative for
    cells that are not saved yet (a database layer may count otherwise than its column ``fid``). ``code``: object
    (n,). ``rows``: every attribute and the whole outline as the buffer has them; where gestures work on rows of
    several parts, each part is a cell. ``areas``: area code of each group (``""`` for cells without one), areas that
    have no cell here yet among them. ``unusable``: rows nearby that are no sound single polygon; no gesture may touch
    them.
    """

    cells: Cells
    fid: np.ndarray
    code: np.ndarray
    rows: Rows
    areas: tuple[str, ...]
    unusable: tuple[UnusableCell, ...] = ()

    def __len__(self) -> int:
        return len(self.fid)

    def position(self, fid: int, part: shapely.Polygon | None = None) -> int | None:
        """Return where the cell with a row number stands, ``None`` when it is not here.

        :param part: which part is meant of a row that has several; else the first.
        :raises InputError: ``editing_cell_in_parts`` or ``editing_cell_invalid`` for one that no gesture may touch.
        """
        for cell in self.unusable:
            if cell.fid == fid:
                raise InputError(cell.reason, unit_grid=cell.code or "–")
        found = np.flatnonzero(self.fid == fid)
        if part is not None and len(found) > 1:
            found = found[np.argsort(~shapely.equals_exact(self.cells.geometry[found], part, 0.0), kind="stable")]
        return int(found[0]) if len(found) else None


def read_neighbourhood(
    layer: QgsVectorLayer, outlines: AreaOutlines, bounds: Bounds, reach_m: float
) -> Neighbourhood:
    """Return the cells that meet ``bounds`` (minx, miny, maxx, maxy) and every cell that touches one of these.

    :param reach_m: cells this close to each other count as touching.
    :raises WorkspaceError: ``editing_layer_silent``.
    """
    box = shapely.box(*_grown(bounds, reach_m))
    # Ground around is read along where a second question would be another wait for a server.
    around = _grown(bounds, reach_m + (_AROUND_M if layer.providerType() == "postgres" else 0.0))
    refuse_unanswered_layer(layer)
    beneath = outlines.meeting(_grown(bounds, reach_m))
    features = rows_within(layer, QgsRectangle(*around))
    shapes = _shapes([_wkb(feature) for feature in features])
    first = shapes[shapely.intersects(shapes, box)]
    if len(first) == 0:
        return _assembled([], np.empty(0, dtype=object), layer, outlines, beneath)
    needed = _grown(tuple(shapely.total_bounds(first)), reach_m)
    if not _holds(around, needed):
        features = rows_within(layer, QgsRectangle(*needed))
        shapes = _shapes([_wkb(feature) for feature in features])
    near = np.zeros(len(features), dtype=bool)
    near[shapely.STRtree(shapes).query(first, predicate="dwithin", distance=reach_m)[1]] = True
    return _assembled([features[i] for i in np.flatnonzero(near)], shapes[near], layer, outlines, beneath)


def outdated(layer: QgsVectorLayer, near: Neighbourhood, positions: list[int]) -> int | None:
    """Return the first of these cells that is no longer in the layer as the neighbourhood has it, ``None`` if all
    are, outline and attributes alike.

    :raises WorkspaceError: ``editing_layer_silent``.
    """
    refuse_unanswered_layer(layer)
    found = _outdated(layer, near, positions)
    if found is not None and layer.providerType() == "postgres":
        refuse_silent(layer)  # a lost connection gives no row, or only those that are edited
        found = _outdated(layer, near, positions)
    return found


def _outdated(layer: QgsVectorLayer, near: Neighbourhood, positions: list[int]) -> int | None:
    features = list(layer.getFeatures(QgsFeatureRequest([int(near.fid[position]) for position in positions])))
    shapes = as_single(_shapes([_wkb(feature) for feature in features]))
    now = {feature.id(): at for at, feature in enumerate(features)}
    names = [field.name() for field in layer.fields()]
    for position in positions:
        at = now.get(int(near.fid[position]))
        if at is None or not _same(shapes[at], near.rows.shapes[position]):
            return position
        values = dict(zip(names, map(plain, features[at].attributes())))
        if any(values[name] != column[position] for name, column in near.rows.columns.items()):
            return position
    return None


def _same(one: shapely.Geometry | None, other: shapely.Geometry | None) -> bool:
    """Tell whether two outlines are equal to the last bit; a missing one and an empty one are alike."""
    if one is None or other is None or one.is_empty or other.is_empty:
        return (one is None or one.is_empty) and (other is None or other.is_empty)
    return bool(shapely.equals_exact(one, other, 0.0))


def usable_rows(
    layer: QgsVectorLayer, features: list[QgsFeature], shapes: np.ndarray | None = None, *, in_parts: bool = False
) -> tuple[Rows, tuple[UnusableCell, ...]]:
    """Return the features that gestures can work on as rows, sorted by code, and those that they cannot.

    :param shapes: their shapes, where they were read already.
    :param in_parts: gestures can work on rows of several polygons too.
    """
    names = [field.name() for field in layer.fields()]
    records = [[plain(value) for value in feature.attributes()] for feature in features]
    columns = {name: as_column(row[at] for row in records) for at, name in enumerate(names)}
    fid = np.array([feature.id() for feature in features], dtype=np.int64)
    shapes = as_single(_shapes([_wkb(feature) for feature in features]) if shapes is None else shapes)
    reasons = _faults(features, shapes, (POLYGON, MULTIPOLYGON) if in_parts else (POLYGON,))
    unusable = tuple(
        UnusableCell(int(fid[i]), columns["code"][i], reason, shapes[i]) for i, reason in enumerate(reasons) if reason
    )
    usable = np.array([reason is None for reason in reasons], dtype=bool)
    order = sorted(np.flatnonzero(usable).tolist(), key=lambda i: _by_code(columns["code"][i], int(fid[i])))
    return Rows(columns, shapes, fid).take(order), unusable


def _assembled(
    features: list[QgsFeature], shapes: np.ndarray, layer: QgsVectorLayer, outlines: AreaOutlines, beneath: list[str]
) -> Neighbourhood:
    rows, unusable = usable_rows(layer, features, shapes)
    areas, group = _groups(rows["area_code"], beneath)
    known = outlines.of(areas)
    grounds = {index: known[code] for index, code in enumerate(areas) if code in known}
    return Neighbourhood(Cells(rows.shapes, group, grounds), rows.fids, rows["code"], rows, areas, unusable)


def _faults(features: list[QgsFeature], shapes: np.ndarray, fit: tuple[int, ...]) -> list[str | None]:
    """Return what makes each shape unfit for gestures, ``None`` for a sound one of the types that are fit."""
    reasons: list[str | None] = [None] * len(shapes)
    for i in np.flatnonzero(~shapely.is_valid(shapes)):
        reasons[i] = "editing_cell_invalid"
    curved = np.array([_is_curved(feature) for feature in features], dtype=bool)
    for i in np.flatnonzero(~np.isin(shapely.get_type_id(shapes), fit) | curved):
        reasons[i] = "editing_cell_in_parts"
    return reasons


def _groups(area_codes: np.ndarray, beneath: list[str]) -> tuple[tuple[str, ...], np.ndarray]:
    texts = ["" if code is None else str(code) for code in area_codes]
    areas = tuple(sorted({*texts, *beneath}))
    index = {code: at for at, code in enumerate(areas)}
    return areas, np.array([index[text] for text in texts], dtype=np.int64)


def _by_code(code: Any, fid: int) -> tuple[bool, str, int]:
    return code is None, str(code), fid


def _wkb(feature: QgsFeature) -> bytes | None:
    geometry = feature.geometry()
    if _is_curved(feature):  # GEOS knows no arcs; such a row is only looked at, never worked on
        geometry.convertToStraightSegment()
    return None if geometry.isNull() else geometry.asWkb().data()


def _is_curved(feature: QgsFeature) -> bool:
    return bool(QgsWkbTypes.isCurvedType(feature.geometry().wkbType()))


def _shapes(wkb: list[bytes | None]) -> np.ndarray:
    """Return shapes; what is no sound WKB becomes ``None``."""
    bodies = np.empty(len(wkb), dtype=object)
    bodies[:] = wkb
    shapes: np.ndarray = shapely.from_wkb(bodies, on_invalid="ignore")
    return shapes


def _holds(outer: Bounds, inner: Bounds) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]


def _grown(bounds: Any, by_m: float) -> Bounds:
    minx, miny, maxx, maxy = (float(value) for value in bounds)
    return minx - by_m, miny - by_m, maxx + by_m, maxy + by_m
