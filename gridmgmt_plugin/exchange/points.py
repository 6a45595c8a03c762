"""Points from a table or layer into the workspace's frame: what cannot be placed keeps its row and its reason.

Nothing is mended on the way. Exchanged columns, degrees among metres or a zone number in the easting are recognised
and told, row by row and, where a whole column is concerned, as one sentence that says what to choose instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely

from gridmgmt_plugin.core.coordinates import is_pair, read_coordinates, to_frame
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.frames import Frame, zone_epsg_of_easting
from gridmgmt_plugin.core.geometry.finite import finite, xy_of_points
from gridmgmt_plugin.core.geometry.proj import crs_from
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, is_null
from gridmgmt_plugin.core.text import clean_text
from gridmgmt_plugin.exchange.coordinate_pairs import DEGREES as UNIT_DEGREES
from gridmgmt_plugin.exchange.coordinate_pairs import METRES as UNIT_METRES
from gridmgmt_plugin.exchange.coordinate_pairs import ChosenPair, choose_pair
from gridmgmt_plugin.exchange.row_problems import RowProblems
from gridmgmt_plugin.exchange.source import Source

MISSING, NOT_NUMBER, ZERO = "coordinate_missing", "coordinate_not_number", "coordinate_zero"
PAIR = "coordinate_pair"
SWAPPED, OUTSIDE = "coordinates_swapped", "outside_district"
DEGREES, METRES, ZONE_PREFIX = "coordinates_degrees", "coordinates_metres", "coordinates_zone_prefix"

_COUNTED = "points_rejected"
# From this share of the rows on, a fault is one of the whole column and gets its own sentence.
_WHOLE_COLUMN = 0.5
_CHUNK = 200_000
_SMALLEST_ZONED_EASTING = 16_000_000
_MULTIPOINT = 4  # shapely's number of the type


def _nothing() -> np.ndarray:
    return np.zeros(0)


@dataclass(frozen=True)
class PointColumns:
    """Points in metres of the workspace's frame, one per row of the source.

    ``x``, ``y``: float64 arrays, not-a-number where the row has no place. ``ok``: bool array, the row is placed
    inside the district. ``reasons``: object array, ``None`` where ok, else ``coordinate_missing``,
    ``coordinate_not_number``, ``coordinate_pair``, ``coordinate_zero``, ``coordinates_swapped``,
    ``coordinates_degrees``, ``coordinates_metres``, ``coordinates_zone_prefix``, ``geometry_missing`` or
    ``outside_district``. ``notes``: what to tell as a whole. ``given_x``, ``given_y``: the numbers as they were
    given; ``expects_degrees``: they were taken for degrees.
    """

    x: np.ndarray
    y: np.ndarray
    ok: np.ndarray
    reasons: np.ndarray
    notes: tuple[Message, ...] = ()
    given_x: np.ndarray = field(default_factory=_nothing)
    given_y: np.ndarray = field(default_factory=_nothing)
    expects_degrees: bool = False

    def problems(self) -> RowProblems:
        """Return the rows without a place, with their reasons."""
        rows = np.flatnonzero(~self.ok)
        return RowProblems(rows, self.reasons[rows])

    def placed_otherwise(self, rows: np.ndarray, x: np.ndarray, y: np.ndarray) -> PointColumns:
        """Return the same with some rows at other places, metres of the frame; not-a-number where they may have none.

        :param rows: int64 positions, one per value of ``x`` and ``y``.
        """
        new_x, new_y, reasons = self.x.copy(), self.y.copy(), self.reasons.copy()
        new_x[rows], new_y[rows], reasons[rows] = x, y, None
        notes = (*(note for note in self.notes if note.code != _COUNTED), *_counts(reasons))
        return replace(self, x=new_x, y=new_y, reasons=reasons, ok=is_null(reasons), notes=notes)


def points_from_source(
    source: Source,
    x_field: str | None,
    y_field: str | None,
    coordinates: str,
    frame: Frame,
    outline: shapely.Geometry | Sequence[float] | None = None,
    progress: Progress | None = None,
    *,
    part: bool = False,
) -> PointColumns:
    """Return the rows of ``source`` as points in ``frame``.

    ``part``: they are a part of a larger file, so that none of them needs to have a place.

    A layer's own geometry is used unless fields are named; a table's fields are found when they are not named.
    ``coordinates``: crs, lonlat, gcj02 or bd09, see :func:`gridmgmt_plugin.core.coordinates.to_frame`. ``outline``:
    the district in frame metres, a polygon or (xmin, ymin, xmax, ymax); points on its edge are inside.

    :raises InputError: fields that are not there (``field_missing``, ``field_not_found``), both coordinates in one
        field (``coordinates_in_one_field``), a kind of coordinates that
        cannot be brought into the frame (``local_frame_no_degrees``, …), ``no_coordinates`` when no row has any.
    """
    silent = progress or Progress()
    placed_by_shape = source.rows.is_spatial and not (x_field or y_field)
    crs_wkt = source.crs_wkt if coordinates == "crs" or placed_by_shape else None
    # Asked before any row is looked at, so that a frame that refuses degrees says so whatever the rows hold.
    to_frame(np.zeros(0), np.zeros(0), coordinates, crs_wkt, frame)
    if placed_by_shape:
        x, y, reasons, notes = _from_geometry(source.rows)
        names = ("X", "Y")
    else:
        pair = pair_of_source(source, x_field, y_field, coordinates, frame)
        names = (pair.x, pair.y)
        x, y, reasons, notes = _from_columns(source.rows[pair.x], source.rows[pair.y])
        notes = [*pair.notes, *notes]
    silent.report(0.3)
    given_x, given_y = x.copy(), y.copy()
    usable = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if not len(usable) and len(x) and not part:
        if (reasons == PAIR).any():
            raise InputError("coordinates_in_one_field", field=names[0])
        raise InputError("no_coordinates")
    district = _District(outline)
    placed_x, placed_y = np.full(len(x), np.nan), np.full(len(x), np.nan)
    placed = _Placing(coordinates, crs_wkt, frame, district)
    placed_x[usable], placed_y[usable], reasons[usable] = placed.place(x[usable], y[usable], silent.part(0.3, 1.0))
    found = placed.column_notes(x, y, reasons, names)
    ok = is_null(reasons)
    told = (*notes, *found, *_counts(reasons))
    return PointColumns(
        placed_x, placed_y, ok, reasons, told, given_x, given_y, expects_degrees=placed.expects_degrees
    )


def pair_of_source(
    source: Source, x_field: str | None, y_field: str | None, coordinates: str, frame: Frame
) -> ChosenPair:
    """Return the columns of the coordinates of a table, or of those that were named of a layer.

    :raises InputError: as :func:`gridmgmt_plugin.exchange.coordinate_pairs.choose_pair`.
    """
    crs_wkt = source.crs_wkt if coordinates == "crs" else None
    degrees = _Placing(coordinates, crs_wkt, frame, _District(None)).expects_degrees
    return choose_pair(source.rows, x_field, y_field, coordinates, UNIT_DEGREES if degrees else UNIT_METRES)


def takes_degrees(coordinates: str, crs_wkt: str | None, frame: Frame) -> bool:
    """Tell whether numbers of a kind, under the reference system that a file declares, must be degrees."""
    projected = crs_wkt is not None and not crs_from(crs_wkt).is_geographic
    if coordinates != "crs":
        return not projected
    return crs_wkt is not None and not frame.is_local and not projected


class _District:
    """The outline that points must lie in; without one every finite point does."""

    def __init__(self, outline: shapely.Geometry | Sequence[float] | None) -> None:
        self._shape = None
        self._box = np.array([-np.inf, -np.inf, np.inf, np.inf])
        if isinstance(outline, shapely.Geometry):
            self._shape = outline
            shapely.prepare(outline)
            self._box = np.asarray(shapely.bounds(outline), dtype=float)
        elif outline is not None:
            self._box = np.asarray(outline, dtype=float)

    @property
    def known(self) -> bool:
        return bool(np.isfinite(self._box).all())

    def holds(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        inside: np.ndarray = (x >= self._box[0]) & (x <= self._box[2]) & (y >= self._box[1]) & (y <= self._box[3])
        inside &= np.isfinite(x) & np.isfinite(y)
        if self._shape is not None:
            near = np.flatnonzero(inside)
            inside[near] = shapely.intersects_xy(self._shape, x[near], y[near])
        return inside

    def holds_box(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.asarray((x >= self._box[0]) & (x <= self._box[2]) & (y >= self._box[1]) & (y <= self._box[3]))


class _Placing:
    """Brings finite pairs into the frame and judges those that end outside the district."""

    def __init__(self, coordinates: str, crs_wkt: str | None, frame: Frame, district: _District) -> None:
        self._coordinates = coordinates
        self._crs_wkt = crs_wkt
        self._frame = frame
        self._district = district

    def place(self, x: np.ndarray, y: np.ndarray, progress: Progress) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        out_x, out_y = np.full(len(x), np.nan), np.full(len(x), np.nan)
        reasons = np.full(len(x), None, dtype=object)
        expects_degrees = self.expects_degrees
        wrong_unit = self._wrong_unit(x, y, expects_degrees=expects_degrees)
        reasons[wrong_unit] = METRES if expects_degrees else DEGREES
        zoned = self._zoned(x, y) & ~wrong_unit
        reasons[zoned] = ZONE_PREFIX
        far = expects_degrees & ~wrong_unit & (np.abs(y) > 90)
        reasons[far] = np.where(np.abs(x[far]) <= 90, SWAPPED, OUTSIDE)
        left = np.flatnonzero(is_null(reasons))
        for start in range(0, len(left), _CHUNK):
            part = left[start : start + _CHUNK]
            out_x[part], out_y[part] = self._frame_xy(x[part], y[part])
            progress.report(start / len(left))
        outside = left[~self._district.holds(out_x[left], out_y[left])]
        reasons[outside] = np.where((x[outside] == 0) | (y[outside] == 0), ZERO, OUTSIDE)
        if self._district.known:
            # A point beside the outline but within its box is near where it should be, so not exchanged.
            far_off = outside[~self._district.holds_box(out_x[outside], out_y[outside])]
            reasons[far_off[self._lie_inside_when_swapped(x[far_off], y[far_off])]] = SWAPPED
        elif not expects_degrees and not self._frame.is_local:
            reasons[left[_look_swapped(x[left], y[left])]] = SWAPPED
        return out_x, out_y, reasons

    def column_notes(
        self, x: np.ndarray, y: np.ndarray, reasons: np.ndarray, names: tuple[str, str]
    ) -> list[Message]:
        notes = []
        for reason, code in (
            (SWAPPED, "columns_swapped"),
            (DEGREES, "columns_degrees"),
            (METRES, "columns_metres"),
            (ZONE_PREFIX, "columns_zone_prefix"),
        ):
            rows = np.flatnonzero(reasons == reason)
            if not len(rows) or len(rows) < _WHOLE_COLUMN * np.isfinite(x).sum():
                continue
            details = {"x_field": names[0], "y_field": names[1], "count": len(rows)}
            if reason == ZONE_PREFIX:
                details["epsg"] = zone_epsg_of_easting(float(np.median(np.maximum(x[rows], y[rows])))) or "–"
            notes.append(Message(code, details))
        return notes

    @property
    def expects_degrees(self) -> bool:
        """Tell whether the numbers must be degrees."""
        return takes_degrees(self._coordinates, self._crs_wkt, self._frame)

    def _wrong_unit(self, x: np.ndarray, y: np.ndarray, *, expects_degrees: bool) -> np.ndarray:
        if expects_degrees:
            return np.asarray((np.abs(x) > 360) | (np.abs(y) > 360))
        small: np.ndarray = (np.abs(x) <= 180) & (np.abs(y) <= 180)
        if not self._frame.is_local:
            return small
        # A local frame may count from the district's own corner: such a pair is degrees only outside the district.
        return np.asarray(small & ~self._district.holds_box(x, y))

    def _zoned(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        if self._coordinates != "crs" or self._crs_wkt is not None or self._frame.is_local:
            return np.zeros(len(x), dtype=bool)
        east = np.maximum(x, y)
        suspects = np.flatnonzero((east >= _SMALLEST_ZONED_EASTING) & ~self._district.holds_box(x, y))
        zoned = np.zeros(len(x), dtype=bool)
        zoned[suspects] = [zone_epsg_of_easting(value) is not None for value in east[suspects].tolist()]
        return zoned

    def _frame_xy(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        if self._coordinates == "crs" and self._crs_wkt is None:
            return x, y  # metres of the frame by agreement; degrees and zone numbers were sorted out before
        return to_frame(x, y, self._coordinates, self._crs_wkt, self._frame)

    def _lie_inside_when_swapped(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        inside = np.zeros(len(x), dtype=bool)
        sensible = np.flatnonzero(np.abs(x) <= 90) if self.expects_degrees else np.arange(len(x))
        if len(sensible):
            inside[sensible] = self._district.holds(*self._frame_xy(y[sensible], x[sensible]))
        return inside


def _look_swapped(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Tell which pairs have a northing of China in x and a Gauss-Krüger or UTM easting in y."""
    return (x >= 1_900_000) & (x <= 6_100_000) & (y >= 100_000) & (y <= 900_000)


def _from_columns(
    x_column: np.ndarray, y_column: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[Message]]:
    read_x, read_y = read_coordinates(x_column), read_coordinates(y_column)
    x, y = read_x.values, read_y.values
    reasons = np.full(len(x), None, dtype=object)
    lost = np.flatnonzero(np.isnan(x) | np.isnan(y))
    for row in lost.tolist():
        pair = (x_column[row], y_column[row])
        empty = any(clean_text(value) is None for value in pair)
        reasons[row] = PAIR if any(map(is_pair, pair)) else MISSING if empty else NOT_NUMBER
    zero = (x == 0) & (y == 0)
    reasons[zero] = ZERO
    x[zero], y[zero] = np.nan, np.nan
    translated = np.union1d(read_x.translated, read_y.translated)
    notes = [Message("coordinates_translated", {"count": len(translated)})] if len(translated) else []
    return x, y, reasons, notes


def _from_geometry(
    rows: Rows,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[Message]]:
    several, plain = 0, rows.plain_points
    if plain is not None:
        x, y = plain.x.copy(), plain.y.copy()
    else:
        x, y, several = _of_shapes(rows.shapes)
    reasons = np.full(len(x), None, dtype=object)
    nowhere = ~(np.isfinite(x) & np.isfinite(y))
    reasons[nowhere] = "geometry_missing"
    x[nowhere], y[nowhere] = np.nan, np.nan
    zero = (x == 0) & (y == 0)
    reasons[zero] = ZERO
    x[zero], y[zero] = np.nan, np.nan
    notes = [Message("shapes_reduced", {"count": several})] if several else []
    return x, y, reasons, notes


def _of_shapes(given: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """Return where shapes are, and how many of them are no single points and were made one."""
    geometry = given.copy()
    geometry[~finite(geometry)] = None
    kinds = shapely.get_type_id(geometry)
    several = kinds > 0
    bundles = np.flatnonzero(kinds == _MULTIPOINT)
    points, alone = geometry.copy(), bundles[shapely.get_num_geometries(geometry[bundles]) == 1]
    points[alone], several[alone] = shapely.get_geometry(geometry[alone], 0), False
    points[several] = shapely.point_on_surface(geometry[several])
    return *xy_of_points(points), int(several.sum())


def _counts(reasons: np.ndarray) -> list[Message]:
    rows = np.flatnonzero(~is_null(reasons))
    counts = RowProblems(rows, reasons[rows]).counts()
    return [Message(_COUNTED, {"count": n, "problem": Message(reason)}) for reason, n in counts.items()]
