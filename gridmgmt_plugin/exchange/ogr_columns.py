"""A GDAL layer read into columns: through the Arrow stream where GDAL has it, feature by feature where it must be."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from osgeo import gdal, ogr

from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.exchange.encodings import decode_piece
from gridmgmt_plugin.exchange.wkb_shapes import WkbShapes, curve_heads, plain_coordinates, shapes_of_pieces

_LOOP_STEP = 5000
_EXACT = 2.0**53
_NO_WKB = b"?"
# What GDAL says of a blob in a row that it gives nevertheless.
_UNREADABLE = "unable to read geometry"
# GDAL's flags of a time's zone: not known, local time; above, quarters of an hour around that of UTC.
_NO_ZONE, _UTC = 1, 100

Column = list[Any]
# Coordinates of plain points, float64 (n, 2), or WKB.
Shapes = np.ndarray | list[bytes | None]


@dataclass(frozen=True)
class LayerColumns:
    """A layer as read.

    ``columns``: one list per field, in the layer's order; ``fid``: int64 array; ``shapes``: ``None`` for a table;
    ``undecodable``: how many texts held bytes that are not in the encoding.
    """

    columns: list[Column]
    fid: np.ndarray
    shapes: WkbShapes | None
    undecodable: int

    @property
    def geometry(self) -> np.ndarray | None:
        """Return the shapes as an object array, ``None`` for a table."""
        return None if self.shapes is None else self.shapes.geometry


def read_layer(layer: Any, codec: str | None, progress: Progress) -> LayerColumns:
    """Return every row of ``layer``.

    ``codec``: the encoding of the texts when the layer was opened as Latin-1 to get at its bytes, else ``None``.
    """
    decode = _TextDecoder(codec)
    total = max(layer.GetFeatureCount(), 1)
    read = None
    if _arrow_serves(layer):
        read = _read_stream(layer, decode, total, progress)
    if read is None:
        read = _read_features(layer, decode, total, progress)
    columns, fid, wkb = read
    definition = layer.GetLayerDefn()
    for i in range(definition.GetFieldCount()):
        if _holds_whole_numbers(definition.GetFieldDefn(i)) or (codec is not None and _is_whole(columns[i])):
            columns[i] = [_whole(value) for value in columns[i]]
    _add_zones(layer, columns)
    shapes = None if wkb is None else shapes_of_pieces(wkb)
    return LayerColumns(columns, fid, shapes, decode.undecodable)


def _holds_whole_numbers(field: Any) -> bool:
    """Tell whether a field was declared with digits and without decimals, as a DBF does, yet is given as decimals:
    GDAL does so from 19 digits on, whatever stands in it.
    """
    return bool(field.GetType() == ogr.OFTReal and field.GetWidth() > 0 and field.GetPrecision() == 0)


def _is_whole(column: Column) -> bool:
    """Tell whether a column of a DBF holds whole numbers alone: codes are kept under any number of decimals there."""
    there = [value for value in column if value is not None]
    return bool(there) and all(type(value) is float and value.is_integer() for value in there)


def _whole(value: Any) -> Any:
    """Return a float as the whole number that it is, as long as none of its digits can be lost."""
    exact = isinstance(value, float) and abs(value) < _EXACT and value.is_integer()
    return int(value) if exact else value


class _TextDecoder:
    """Turns a layer's UTF-8 bytes into text, each distinct value once; nothing and blank become ``None``."""

    def __init__(self, codec: str | None) -> None:
        self._codec = codec
        self._known: dict[bytes, str | None] = {b"": None}
        self.undecodable = 0

    def all_of(self, raws: list[bytes]) -> list[str | None]:
        """Return many texts at once."""
        for raw in set(raws):
            self(raw)
        return list(map(self._known.__getitem__, raws))

    def __call__(self, raw: bytes) -> str | None:
        if raw not in self._known:
            text = raw.decode("utf-8", "replace")
            if self._codec is not None:
                text = decode_piece(text.encode("latin-1"), self._codec)
            self.undecodable += "\ufffd" in text
            self._known[raw] = text.rstrip("\0") or None
        return self._known[raw]


def _arrow_serves(layer: Any) -> bool:
    """Tell whether the layer's Arrow stream gives every field under a name of its own, and no declared curves."""
    if not hasattr(layer, "GetArrowStreamAsNumPy") or ogr.GT_IsNonLinear(layer.GetGeomType()):
        return False
    definition = layer.GetLayerDefn()
    names = [definition.GetFieldDefn(i).GetName() for i in range(definition.GetFieldCount())]
    names += [layer.GetFIDColumn() or "OGC_FID", layer.GetGeometryColumn() or "wkb_geometry"]
    if any("\ufffd" in readable(name) for name in names):  # the stream brings down Python where a name is no UTF-8
        return False
    return len({name.lower() for name in names}) == len(names)


def _read_stream(
    layer: Any, decode: _TextDecoder, total: int, progress: Progress
) -> tuple[list[Column], np.ndarray, list[Shapes] | None] | None:
    fields = layer.GetLayerDefn().GetFieldCount()
    spatial = layer.GetGeomType() != ogr.wkbNone
    columns: list[Column] = [[] for _ in range(fields)]
    fid: list[np.ndarray] = [np.zeros(0, dtype=np.int64)]
    wkb: list[Shapes] = []
    read = 0
    layer.ResetReading()
    for batch in layer.GetArrowStreamAsNumPy():
        arrays = list(batch.values())
        fid.append(np.array(arrays[0], dtype=np.int64))
        read += len(fid[-1])
        for column, array in zip(columns, arrays[1 : 1 + fields]):
            column.extend(_values(array, decode))
        if spatial:
            shapes = _shapes_of(arrays[-1])
            if not isinstance(shapes, np.ndarray) and curve_heads(shapes):
                return None
            wkb.append(shapes)
        progress.report(min(read / total, 1.0))
    return columns, np.concatenate(fid), wkb if spatial else None


def _values(array: np.ndarray, decode: _TextDecoder) -> Column:
    mask, plain = _mask_of(array), np.asarray(array)
    kind = plain.dtype.kind
    if kind == "S":
        values: Column = decode.all_of(plain.tolist())
    elif kind == "M":
        unit: Literal["D", "s"] = "D" if plain.dtype == np.dtype("datetime64[D]") else "s"
        values = np.datetime_as_string(plain, unit=unit).tolist()
    elif kind == "O":
        values = [_of_object(value, decode) for value in plain]
    else:
        values = plain.tolist()
        if kind == "f":
            mask = np.isnan(plain) if mask is None else mask | np.isnan(plain)
    if mask is not None and mask.any():
        values = [None if gone else value for value, gone in zip(values, mask.tolist())]
    return values


def _mask_of(array: np.ndarray) -> np.ndarray | None:
    """Return where a column has no value: a bool mask, ``None`` for a column that knows no gaps."""
    if not isinstance(array, np.ma.MaskedArray):
        return None
    return np.broadcast_to(np.asarray(array.mask, dtype=bool), array.shape)


def _of_object(value: Any, decode: _TextDecoder) -> Any:
    if isinstance(value, bytes):
        return decode(value)
    if isinstance(value, str):  # newer GDAL gives texts of very different lengths this way
        return decode(value.encode("utf-8", "surrogatepass"))
    if isinstance(value, np.ndarray):
        items = [item.decode("utf-8", "replace") if isinstance(item, bytes) else item for item in value.tolist()]
        return json.dumps(items, ensure_ascii=False)
    return value


def _shapes_of(array: np.ndarray) -> Shapes:
    """Return shapes as WKB, or as coordinates where all are plain points."""
    mask = _mask_of(array)
    coordinates = plain_coordinates(np.asarray(array), mask)
    if coordinates is not None:
        return coordinates
    shapes = np.asarray(array).tolist()
    if mask is not None and mask.any():
        return [None if gone else shape for shape, gone in zip(shapes, mask.tolist())]
    return list(shapes)


def _read_features(
    layer: Any, decode: _TextDecoder, total: int, progress: Progress
) -> tuple[list[Column], np.ndarray, list[Shapes] | None]:
    definition = layer.GetLayerDefn()
    readers = [_field_reader(definition.GetFieldDefn(i), i, decode) for i in range(definition.GetFieldCount())]
    spatial = layer.GetGeomType() != ogr.wkbNone
    columns: list[Column] = [[] for _ in readers]
    fid: list[int] = []
    wkb: list[bytes | None] = []
    layer.ResetReading()
    feature = layer.GetNextFeature()
    while feature is not None:
        fid.append(feature.GetFID())
        for i, (column, reader) in enumerate(zip(columns, readers)):
            column.append(reader(feature) if feature.IsFieldSetAndNotNull(i) else None)
        if spatial:
            shape = feature.GetGeometryRef()
            wkb.append(_missing_wkb() if shape is None else _straight_wkb(shape))
        if len(fid) % _LOOP_STEP == 0:
            progress.report(min(len(fid) / total, 1.0))
        feature = layer.GetNextFeature()
    return columns, np.array(fid, dtype=np.int64), [wkb] if spatial else None


def _missing_wkb() -> bytes | None:
    """Return no WKB for a row whose blob GDAL could not read, which is no fault of the file, ``None`` for nothing."""
    if gdal.GetLastErrorType() >= gdal.CE_Failure and _UNREADABLE in gdal.GetLastErrorMsg().lower():
        gdal.ErrorReset()
        return _NO_WKB
    return None


def _straight_wkb(shape: Any) -> bytes:
    """Return a shape in WKB with its curves made lines; what GDAL cannot is no WKB, and no fault of the file."""
    before = gdal.GetLastErrorType()
    straight = shape.GetLinearGeometry()
    wkb = _NO_WKB if straight is None else bytes(straight.ExportToWkb(ogr.wkbNDR))
    if gdal.GetLastErrorType() >= gdal.CE_Failure > before:
        gdal.ErrorReset()
        return _NO_WKB
    return wkb


def _field_reader(field: Any, index: int, decode: _TextDecoder) -> Callable[[Any], Any]:
    kind = field.GetType()
    if kind in (ogr.OFTInteger, ogr.OFTInteger64):
        truth = field.GetSubType() == ogr.OFSTBoolean
        return lambda f: bool(f.GetFieldAsInteger64(index)) if truth else f.GetFieldAsInteger64(index)
    if kind == ogr.OFTReal:
        return lambda f: f.GetFieldAsDouble(index)
    if kind == ogr.OFTDate:
        return lambda f: "{:04d}-{:02d}-{:02d}".format(*f.GetFieldAsDateTime(index)[:3])
    if kind == ogr.OFTDateTime:
        return lambda f: _date_time(f.GetFieldAsDateTime(index))
    return lambda f: decode(_bytes_of(f.GetFieldAsString(index)))


def _add_zones(layer: Any, columns: list[Column]) -> None:
    """Put time and zone as the file has them where there is a zone.

    The Arrow stream drops the zone, and 23:30Z is no 23:30 of China; a newer GDAL also turns each time to UTC there.
    """
    for row, (_, times) in enumerate(zoned_times(layer)):
        for i, (time, zone) in times.items():
            if zone:
                columns[i][row] = time + zone


def zoned_times(layer: Any) -> Iterator[tuple[int, dict[int, tuple[str, str]]]]:
    """Yield for each feature its number and, by position of the field, each time with its zone ("" for none)."""
    definition = layer.GetLayerDefn()
    fields = [definition.GetFieldDefn(i) for i in range(definition.GetFieldCount())]
    timed = [i for i, field in enumerate(fields) if field.GetType() == ogr.OFTDateTime]
    if not timed:
        return
    ignores = layer.TestCapability(ogr.OLCIgnoreFields)
    if ignores:
        layer.SetIgnoredFields([f.GetName() for i, f in enumerate(fields) if i not in timed] + ["OGR_GEOMETRY"])
    layer.ResetReading()
    feature = layer.GetNextFeature()
    while feature is not None:
        told = {i: feature.GetFieldAsDateTime(i) for i in timed if feature.IsFieldSetAndNotNull(i)}
        yield feature.GetFID(), {i: (_date_time(parts), _zone_text(parts[6])) for i, parts in told.items()}
        feature = layer.GetNextFeature()
    if ignores:
        layer.SetIgnoredFields([])


def _zone_text(flag: int) -> str:
    """Return what ISO 8601 writes behind a time for GDAL's flag of its zone: nothing where the zone is not told."""
    if flag <= _NO_ZONE:
        return ""
    minutes = (flag - _UTC) * 15
    sign = "-" if minutes < 0 else "+"
    return "Z" if not minutes else f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _bytes_of(text: str | bytes) -> bytes:
    # GDAL's bindings hand over text that is no UTF-8 as bytes, or with its bytes escaped.
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")


def readable(text: str | bytes) -> str:
    """Return a name that GDAL tells as text, whatever its bytes are."""
    return _bytes_of(text).decode("utf-8", "replace")


def _date_time(parts: list[Any]) -> str:
    year, month, day, hour, minute, second = (int(part) for part in parts[:6])
    return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}"
