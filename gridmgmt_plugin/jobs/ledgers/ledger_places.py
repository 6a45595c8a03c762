"""Where the rows of a ledger lie: by their shape, by coordinates, or by the code of a unit grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.finite import xy_of_points
from gridmgmt_plugin.core.ledgers.ledger import KINDS
from gridmgmt_plugin.core.locate import locate_points
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.exchange.points import MISSING, ZERO, points_from_source
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.other_kind import refuse_other_kind
from gridmgmt_plugin.jobs.intake.placed_shapes import (
    ANY_KIND,
    LINES,
    OUTSIDE,
    POINTS,
    POLYGONS,
    is_of_kind,
    place_shapes,
)
from gridmgmt_plugin.jobs.intake.placed_shapes import MISSING as NO_SHAPE
from gridmgmt_plugin.jobs.intake.point_rows import coordinate_fields, district_outline
from gridmgmt_plugin.jobs.intake.shifted_layers import refuse_shifted_layer
from gridmgmt_plugin.workspace.workspace import Workspace

#: Why a row has no place of its own; all other reasons say that the one it has is wrong.
NOWHERE = (MISSING, ZERO, NO_SHAPE)
GRID_UNKNOWN = "ledger_grid_unknown"


@dataclass(frozen=True)
class Asked:
    """How the places of a file are to be read: headings of the coordinates, and what the numbers are."""

    x_field: str | None
    y_field: str | None
    coordinates: str


@dataclass(frozen=True)
class LedgerPlaces:
    """``shapes``: object (n,), in the frame, ``None`` where a row has none. ``reasons``: why a row has none, ``None``
    where it has one. ``fields``: the headings of the coordinates. ``notes``: what to tell as a whole.
    """

    shapes: np.ndarray
    reasons: np.ndarray
    fields: tuple[str, ...]
    notes: tuple[Message, ...]


class CellFinder:
    """The unit grids of a workspace as they were when this was made."""

    def __init__(self, workspace: Workspace) -> None:
        self._units = workspace.read("unit_grid", ["code", "row_version"])
        self.seen: Mapping[str, Rows] = {"unit_grid": self._units.with_geometry(None)}
        self.codes = frozenset(self._units["code"].tolist())

    def find(self, shapes: np.ndarray) -> np.ndarray:
        """Return the unit grid of each shape, ``None`` where there is none: that of a place within a line or area, as
        everything follows its cell that lies in one.
        """
        cells = np.full(len(shapes), None, dtype=object)
        there = np.flatnonzero(~shapely.is_missing(shapes))
        if len(there):
            x, y = xy_of_points(shapely.point_on_surface(shapes[there]))
            found = locate_points(x, y, self._units.shapes, self._units["code"])
            cells[there] = self._units.pick_or_none("code", found)
        return cells


def fields_of_places(
    workspace: Workspace, source: Source, asked: Asked, *, has_grids: bool
) -> tuple[str, ...] | None:
    """Return the headings of the coordinates, none for a layer; ``None`` for a table that has no coordinates.

    :param has_grids: a column names unit grids, so coordinates may be missing altogether.
    :raises InputError: see :func:`.coordinate_fields`.
    """
    try:
        frame = workspace.info.frame
        return coordinate_fields(source, asked.x_field, asked.y_field, asked.coordinates, frame)
    except InputError:
        if not has_grids or asked.x_field or asked.y_field:
            raise
        return None


def place_rows(
    workspace: Workspace,
    source: Source,
    asked: Asked,
    fields: tuple[str, ...] | None,
    progress: Progress,
    *,
    alone: bool,
) -> LedgerPlaces:
    """Place the rows of a file in the district.

    :param fields: as :func:`fields_of_places` gives them. :param alone: rows without a place are of no use, so a file
        in which none has one is refused.
    :raises InputError: what reference system and coordinates raise about the file as a whole; numbers of another kind
        than told.
    """
    if fields is None:
        nothing = as_column([None] * len(source))
        return LedgerPlaces(nothing, as_column([MISSING] * len(source)), (), ())
    if not fields and _has_extent(source):
        return _placed_shapes(workspace, source, asked)
    outline = district_outline(workspace)
    x, y = fields or (asked.x_field, asked.y_field)
    frame = workspace.info.frame
    points = points_from_source(source, x, y, asked.coordinates, frame, outline, progress, part=not alone)
    refuse_other_kind(workspace, points, asked.coordinates, outline)
    shapes = as_column([None] * len(source))
    shapes[points.ok] = shapely.points(points.x[points.ok], points.y[points.ok])
    return LedgerPlaces(shapes, points.reasons, fields, points.notes)


def kinds_of(shapes: np.ndarray) -> tuple[str, ...]:
    """Return which kinds of shapes a ledger has, of :data:`KINDS`; points where nothing has a shape."""
    types = shapely.get_type_id(shapes)
    made_of = dict(zip(KINDS, (POINTS, LINES, POLYGONS)))
    return tuple(kind for kind in KINDS if np.isin(types, made_of[kind]).any()) or KINDS[:1]


def _has_extent(source: Source) -> bool:
    geometry = source.rows.geometry
    drawn = geometry is not None and not (shapely.get_type_id(geometry) == -1).all()
    return drawn and any(is_of_kind(geometry, kind) for kind in (LINES, POLYGONS))


def _placed_shapes(workspace: Workspace, source: Source, asked: Asked) -> LedgerPlaces:
    frame = workspace.info.frame
    placed = place_shapes(source, ANY_KIND, asked.coordinates, frame)
    outline = district_outline(workspace)
    reasons = placed.reasons.copy()
    reasons[is_null(reasons) & ~shapely.is_valid(placed.geometry)] = "geometry_invalid"
    if outline is not None:
        ground = np.array([outline], dtype=object)
        refuse_shifted_layer(source, placed.geometry, asked.coordinates, frame, ground, lines=False)
        good = np.flatnonzero(is_null(reasons))
        inside = shapely.intersects(outline, shapely.point_on_surface(placed.geometry[good]))
        reasons[good[~inside]] = OUTSIDE
    shapes = placed.geometry.copy()
    shapes[~is_null(reasons)] = None
    return LedgerPlaces(shapes, reasons, (), ())
