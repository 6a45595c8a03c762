"""The proof: every file that was written is opened anew and compared with what it should say, value by value."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import shapely
from pyproj import Transformer

from gridmgmt_plugin.core.coordinates import transformed
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.geometry.parts import as_multi
from gridmgmt_plugin.core.geometry.proj import crs_from, way_between
from gridmgmt_plugin.core.listing import shortened
from gridmgmt_plugin.core.rows import Rows, as_column, differs
from gridmgmt_plugin.exchange.package.csv_files import (
    Lines,
    column_letters,
    csv_cell,
    csv_lines,
    read_sheet,
    workbook_value,
)
from gridmgmt_plugin.exchange.package.delivered_coordinates import Delivery
from gridmgmt_plugin.exchange.package.fields import INTEGER, REAL, FieldSpec
from gridmgmt_plugin.exchange.package.layer_files import GEOJSON, GEOJSON_DECIMALS, SHP, LayerToWrite, WrittenLayer
from gridmgmt_plugin.exchange.package.text_fit import joined_fields
from gridmgmt_plugin.exchange.reading import read_source

_RELATIVE = 1e-12
# In units of the system, metres or degrees: two ways to write one system differ by less.
_SAME_PLACE = 1e-8
_SAMPLED = 50


def check_layer(layer: LayerToWrite, written: WrittenLayer, delivery: Delivery, encoding: str) -> None:
    """Compare a written layer with what was to be written: rows, values, geometries, reference system.

    :raises WorkspaceError: ``package_read_back_differs`` with file, row, field and both values.
    """
    path = written.paths[0]
    expected = delivery.lonlat_rows(layer.rows) if written.format == GEOJSON else delivery.rows(layer.rows)
    found = _read(path, None if written.format == SHP else layer.name, encoding if written.format == SHP else "utf-8")
    _check_count(path, len(expected), len(found.rows))
    if written.format == SHP:
        _check_side_files(path, encoding)
    if not len(expected):
        return
    by_column: dict[str, list[str]] = {}
    for spec in written.fields:
        by_column.setdefault(spec.column, []).append(spec.name)
    for spec in layer.fields:
        columns = [found.rows[name] for name in by_column[spec.column] if name in found.rows]
        values = joined_fields(columns) if len(columns) > 1 else columns[0] if columns else None
        if values is None:
            _fail(path, "–", spec.name, spec.name, "–")
        _check_values(path, layer.keys, spec, expected[spec.column], values, written.format)
    _check_shapes(path, layer.keys, expected.geometry, found.rows.geometry, written.format)
    if written.format != GEOJSON:
        _check_system(path, found.crs_wkt, delivery, found.rows.geometry)


def check_csv(path: Path, rows: Rows, fields: Sequence[FieldSpec], lines: Lines | None = None) -> None:
    """Compare a CSV file with the table that it should hold.

    :raises WorkspaceError: ``package_read_back_differs``.
    """
    expected = csv_lines(rows, fields) if lines is None else lines
    found = _read(path, None, "utf-8").rows
    names = [csv_cell(field.name) for field in fields]
    if list(found.columns) != names:
        _fail(path, "1", "–", ",".join(names), ",".join(found.columns))
    _check_count(path, len(expected), len(found))
    columns = [["" if value is None else value for value in found[name]] for name in names]
    for number, (line, cells) in enumerate(zip(expected, zip(*columns)), start=1):
        if tuple(line) == cells:
            continue
        for name, wanted, cell in zip(names, line, cells):
            if wanted != cell:
                _fail(path, str(number), name, wanted, cell)


def check_workbook(path: Path, rows: Rows, fields: Sequence[FieldSpec]) -> None:
    """Compare an xlsx file with the table that it should hold.

    :raises WorkspaceError: ``package_read_back_differs``.
    """
    lines = read_sheet(path)[1:]
    _check_count(path, len(rows), len(lines))
    for at, field in enumerate(fields):
        letters = column_letters(at)
        wanted = as_column(map(workbook_value, rows[field.column].tolist()))
        cells = as_column(line.get(letters) for line in lines)
        for row in np.flatnonzero(differs(wanted, cells)).tolist():
            if not (isinstance(wanted[row], float) and _near(wanted[row], cells[row], _RELATIVE)):
                _fail(path, str(row + 2), field.name, wanted[row], cells[row])


def _read(path: Path, layer: str | None, encoding: str) -> Any:
    try:
        return read_source(path, layer, encoding, as_written=True, judged=False)
    except InputError as error:
        raise WorkspaceError("package_not_readable", name=path.name, reason=error.message) from error


def _check_count(path: Path, expected: int, found: int) -> None:
    if expected != found:
        raise WorkspaceError("package_read_back_rows", name=path.name, expected=expected, found=found)


def _check_side_files(path: Path, encoding: str) -> None:
    declared = path.with_suffix(".cpg").read_text(encoding="ascii")
    if declared != encoding:
        _fail(path, "–", ".cpg", encoding, declared)


def _check_values(
    path: Path, keys: Sequence[str], spec: FieldSpec, expected: np.ndarray, found: np.ndarray, format_: str
) -> None:
    tolerance = 0.51 * 10.0**-spec.decimals if format_ == SHP else 0.0
    for row in np.flatnonzero(differs(expected, found)).tolist():
        wanted, value = expected[row], found[row]
        if spec.type in (REAL, INTEGER) and _near(wanted, value, _RELATIVE, tolerance):
            continue
        _fail(path, keys[row], spec.name, wanted, value)


def _near(wanted: Any, found: Any, relative: float, absolute: float = 0.0) -> bool:
    if not isinstance(wanted, (int, float)) or not isinstance(found, (int, float)):
        return False
    return abs(wanted - found) <= max(absolute, relative * abs(wanted))


def _check_shapes(
    path: Path, keys: Sequence[str], expected: np.ndarray | None, found: np.ndarray | None, format_: str
) -> None:
    count = len(keys)
    wanted = np.full(count, None, dtype=object) if expected is None else expected
    shapes = np.full(count, None, dtype=object) if found is None else found
    tolerance = 0.0
    if format_ == GEOJSON:
        tolerance = 10.0**-GEOJSON_DECIMALS
    missing = shapely.is_missing(wanted)
    same = missing == shapely.is_missing(shapes)
    there = np.flatnonzero(~missing & same)
    same[there] = _equal(wanted[there], shapes[there], tolerance)
    if not same.all():
        row = int(np.flatnonzero(~same)[0])
        _fail(path, keys[row], "geometry", _short(wanted[row]), _short(shapes[row]))


def _equal(wanted: np.ndarray, found: np.ndarray, tolerance: float) -> np.ndarray:
    """Tell where geometries are the same whatever starts, directions and order of their rings."""
    sides = [as_multi(side) for side in (wanted, found)]
    # Most are the same vertex by vertex and need not be put in order.
    same = np.asarray(shapely.equals_exact(sides[0], sides[1], tolerance))
    others = np.flatnonzero(~same)
    same[others] = _equal_in_order(sides[0][others], sides[1][others], tolerance)
    return same


def _equal_in_order(wanted: np.ndarray, found: np.ndarray, tolerance: float) -> np.ndarray:
    sides = [shapely.normalize(side) for side in (wanted, found)]
    same = np.asarray(shapely.equals_exact(sides[0], sides[1], tolerance), dtype=bool)
    if tolerance:
        # Where two vertices tie but for a rounding, the normal order may start at the one or the other.
        unsure = np.flatnonzero(~same)
        pair = [_outline(side[unsure]) for side in sides]
        near = shapely.hausdorff_distance(pair[0], pair[1]) <= np.sqrt(2.0) * tolerance
        counts = [shapely.get_num_coordinates(side[unsure]) for side in sides]
        same[unsure] = near & (counts[0] == counts[1])
    return same


def _outline(geometry: np.ndarray) -> np.ndarray:
    return np.where(shapely.get_dimensions(geometry) == 2, shapely.boundary(geometry), geometry)


def _check_system(path: Path, wkt: str | None, delivery: Delivery, shapes: np.ndarray | None) -> None:
    """Check that a reader of the file takes its coordinates for the places that the manifest says."""
    if delivery.frame.is_local:
        if wkt is not None and not crs_from(wkt).is_engineering:
            _fail(path, "–", "crs", delivery.label, wkt)
        return
    vertices = shapely.get_coordinates(shapes)[:_SAMPLED] if shapes is not None else np.empty((0, 2))
    if wkt is None or not len(vertices):
        if wkt is None:
            _fail(path, "–", "crs", delivery.label, "–")
        return
    change = _change(wkt, delivery.wkt)
    moved = np.column_stack(transformed(change, vertices[:, 0], vertices[:, 1]))
    if not np.allclose(moved, vertices, rtol=0.0, atol=_SAME_PLACE):
        _fail(path, "–", "crs", delivery.label, crs_from(wkt).name)


@lru_cache(maxsize=8)
def _change(found: str, expected: str) -> Transformer:
    return way_between(crs_from(found), crs_from(expected))


def _short(value: Any) -> str:
    return shortened(str(value), 60)


def _fail(path: Path, row: str, field: str, expected: Any, found: Any) -> NoReturn:
    raise WorkspaceError(
        "package_read_back_differs",
        name=path.name,
        row=row,
        field=field,
        expected=_short(expected),
        found=_short(found),
    )
