"""The service centres and streets of a workspace, or of files, to find ways on foot between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.lanes.lane_edit import lanes_that_are
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.report import RejectedRow
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.core.text import clean_texts
from gridmgmt_plugin.exchange.column_roles import find_field
from gridmgmt_plugin.exchange.points import points_from_source
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.other_kind import refuse_other_kind
from gridmgmt_plugin.jobs.intake.placed_shapes import is_of_kind
from gridmgmt_plugin.jobs.intake.point_rows import district_outline
from gridmgmt_plugin.jobs.unit_grids.drawing_layers import placed_layer
from gridmgmt_plugin.workspace.workspace import Workspace

_POINTS = (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT)


@dataclass(frozen=True)
class CentreFields:
    """Fields of the centres that the user named; ``None`` = find them by their headings."""

    name: str | None = None
    x: str | None = None
    y: str | None = None


@dataclass(frozen=True, eq=False)
class Centres:
    """c centres. ``name``: object array of texts, each once. ``point``: object array of Points in metres of the
    frame. ``row``: int64, number of the row that each came from. ``rejected``: rows without a place, with the reason.
    """

    name: np.ndarray
    point: np.ndarray
    row: np.ndarray
    rejected: tuple[RejectedRow, ...] = ()
    notes: tuple[Message, ...] = ()


def read_centres(workspace: Workspace, source: Source | None, coordinates: str, fields: CentreFields) -> Centres:
    """Return the centres of a layer or table; the stations (工作站) of the workspace where none is given.

    :raises InputError: ``circles_without_centres``, ``circles_centres_not_points``, ``coordinates_fit_other_…``, or
        what fields and coordinates raise.
    """
    if source is None:
        return _stations(workspace)
    by_columns = bool(fields.x or fields.y)
    if source.rows.geometry is not None and not by_columns and not is_of_kind(source.rows.geometry, _POINTS):
        raise InputError("circles_centres_not_points", path=source.path, layer=source.name)
    if not len(source):
        raise InputError("circles_without_centres")
    placed = points_from_source(source, fields.x, fields.y, coordinates, workspace.info.frame)
    refuse_other_kind(workspace, placed, coordinates, district_outline(workspace))
    there = np.isfinite(placed.x) & np.isfinite(placed.y)
    guess = find_field(source.rows, "name", fields.name)
    names = clean_texts(source.rows[guess.field]) if guess else as_column([None] * len(source))
    rows, numbers = np.flatnonzero(there), np.asarray(source.row_numbers, dtype=np.int64)
    rejected = tuple(
        RejectedRow(int(numbers[row]), names[row] or "", str(placed.reasons[row])) for row in np.flatnonzero(~there)
    )
    points = shapely.points(placed.x[rows], placed.y[rows]) if len(rows) else np.zeros(0, dtype=object)
    return Centres(
        _told_apart(names[rows], numbers[rows]), points, numbers[rows], rejected, (*source.notes, *placed.notes)
    )


def _stations(workspace: Workspace) -> Centres:
    rows = workspace.read("station", ["code", "name"])
    rows = rows.take(~shapely.is_missing(rows.shapes)) if len(rows) else rows
    if not len(rows):
        raise InputError("circles_without_centres")
    names, codes = texts(rows, "name"), texts(rows, "code")
    numbers = np.arange(1, len(rows) + 1, dtype=np.int64)
    named = as_column(name or code for name, code in zip(names, codes))
    return Centres(_told_apart(named, numbers), shapely.centroid(rows.shapes), numbers)


def _told_apart(names: Sequence[str | None] | np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Return the names, the number of its row behind each that is not the only one, and alone where there is none."""
    given = as_column(names)
    known, count = np.unique(given[~is_null(given)].astype(str), return_counts=True)
    twice = set(known[count > 1].tolist())
    told = (
        f"{name} ({number})" if name in twice else name or f"({number})"
        for name, number in zip(given, numbers.tolist())
    )
    return as_column(told)


def read_streets(workspace: Workspace, source: Source | None, units: Rows, coordinates: str) -> np.ndarray:
    """Return street lines in metres of the frame, ``None`` for a row without; the workspace's lanes where no layer is
    given.

    :raises InputError: ``circles_without_streets``, ``streets_wrong_geometry``, ``layer_elsewhere``, that the layer
        fits as another kind of coordinates, or what coordinates raise.
    """
    if source is not None:
        lines = placed_layer("streets", source, units.shapes, workspace.info.frame, coordinates)
    else:
        lanes = workspace.read("lane", ["state", "valid_to"])
        lines = lanes.shapes[lanes_that_are(lanes)] if len(lanes) else as_column([])
    if not len(lines) or shapely.is_missing(lines).all():
        raise InputError("circles_without_streets")
    return lines
