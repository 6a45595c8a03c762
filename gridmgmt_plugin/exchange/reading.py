"""One door for every file that comes in: its kind is found, its layer read, its codes looked at for damage."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import numpy as np

from gridmgmt_plugin.core.dates import ends_in_the_year
from gridmgmt_plugin.core.errors import CapabilityError
from gridmgmt_plugin.core.files import split_layer
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.code_damage import DamageInParts, with_code_damage
from gridmgmt_plugin.exchange.paths import DRAWING, TEXT_TABLES, WORKBOOKS, checked_kind, stem_of
from gridmgmt_plugin.exchange.placeholders import answering_columns, without_placeholders
from gridmgmt_plugin.exchange.source import LayerInfo, Source, SourceParts, with_real_characters
from gridmgmt_plugin.exchange.tables import read_text_parts, read_text_table
from gridmgmt_plugin.exchange.workbooks import read_workbook, sheet_names

#: Rows of one part of a large table.
BATCH_ROWS = 10_000
# A text table of this size has more rows than two or three parts; a packed one is so many times smaller.
_LARGE_BYTES, _PACKED = 24_000_000, 6
# So many rows show how a table writes its dates.
_SAMPLE = 1000
# What is decoded from these has no halves of characters; a million rows need not be looked through for them.
_WHOLE = ("utf-8", "utf-8-sig", "gb18030")


def read_source(
    path: str | os.PathLike[str],
    layer: str | None = None,
    encoding: str = "auto",
    progress: Progress | None = None,
    *,
    as_written: bool = False,
    judged: bool = True,
) -> Source:
    """Return the content of a file: csv/txt (also .gz), xlsx, shapefile, GeoPackage, GeoJSON, DXF, or one in a zip.

    ``path`` may be QGIS's own form ``file.gpkg|layername=x``; ``layer`` names a layer or sheet where there are
    several; ``encoding`` is ``auto`` or a name such as ``GBK``, ``936``, ``UTF-8``. ``as_written`` keeps words for
    nothing (NULL, 无, -), which are ``None`` otherwise: for a file of ours that is compared with what was written. A
    file that is not ``judged`` is read without a word about broken shapes and damaged codes.

    :raises InputError: with the reason and what to do: ``file_missing``, ``file_is_folder``, ``file_not_regular``,
        ``file_empty``, ``file_no_permission``, ``file_broken``, ``file_locked``, ``format_unknown``,
        ``workbook_old``, ``drawing_closed``, ``shapefile_part_missing``, ``layer_missing``, ``layer_needed``,
        ``encoding_unknown``, ``encoding_mismatch`` …
    :raises CapabilityError: ``openpyxl_missing`` or ``gdal_missing``.
    """
    file, named_layer = split_layer(os.fspath(path))
    read = _read(file, layer or named_layer, encoding, progress or Progress(), judged=judged)
    read = read if as_written else without_placeholders(read)
    return with_code_damage(read) if judged else read


def read_batches(
    path: str | os.PathLike[str], encoding: str = "auto", progress: Progress | None = None, most: int = BATCH_ROWS
) -> Source | SourceParts:
    """Return a text table in parts of about ``most`` rows, so that it is never in memory whole; others whole.

    A table with dates of which only all rows together show what is the month comes whole, too.

    :raises InputError: as :func:`read_source`, at the part that shows it.
    """
    file, layer = split_layer(os.fspath(path))
    silent = progress or Progress()

    def whole() -> Source:
        return read_source(path, layer, encoding, silent)

    if checked_kind(file) not in TEXT_TABLES:
        return whole()
    shown, parts_of = read_text_parts(file, encoding, silent, most)
    if any(ends_in_the_year(_some(column)) for column in shown.rows.columns.values()):
        return whole()
    answering = answering_columns(shown)

    def cleaned(part: Source) -> Source:
        characters = part if part.encoding in _WHOLE else with_real_characters(part)
        return without_placeholders(characters, answering)

    def columns_of(names: Collection[str]) -> Source:
        parts = [cleaned(part) for part in parts_of(names)]
        columns = {name: np.concatenate([part.rows[name] for part in parts]) for name in names}
        return replace(parts[0], rows=Rows(columns), row_numbers=np.concatenate([part.row_numbers for part in parts]))

    judged = cleaned(shown)
    damage = DamageInParts(judged, columns_of)
    parts = map(damage.of_part, map(cleaned, parts_of(shown.field_names)))
    return SourceParts(with_code_damage(judged), parts, whole, damage.holds_codes)


def _some(column: np.ndarray) -> np.ndarray:
    return column[:: max(1, len(column) // _SAMPLE)]


def is_large(path: str | os.PathLike[str]) -> bool:
    """Tell whether a file is a text table of so many rows that it is better read by :func:`read_batches`."""
    file, _ = split_layer(os.fspath(path))
    if checked_kind(file) not in TEXT_TABLES:
        return False
    size = Path(file).stat().st_size
    return size * (_PACKED if file.lower().endswith(".gz") else 1) >= _LARGE_BYTES


def _read(file: str, wanted: str | None, encoding: str, silent: Progress, *, judged: bool) -> Source:
    kind = checked_kind(file)
    if kind in TEXT_TABLES:
        table = read_text_table(file, encoding, silent)
        return table if table.encoding in _WHOLE else with_real_characters(table)
    if kind in WORKBOOKS:
        return with_real_characters(read_workbook(file, wanted, silent))
    _require_gdal()
    if kind == DRAWING:
        from gridmgmt_plugin.exchange.dxf import read_drawing_layer  # noqa: PLC0415  tables are read without GDAL

        return read_drawing_layer(file, wanted, encoding, silent)
    from gridmgmt_plugin.exchange.vectors import read_vector  # noqa: PLC0415  tables are read without GDAL

    return read_vector(file, wanted, encoding, silent, judged=judged)


def list_layers(path: str | os.PathLike[str]) -> tuple[LayerInfo, ...]:
    """Return the layers or sheets of a file, with geometry type and row count; a text table is one of its own.

    :raises InputError: as :func:`read_source`.
    :raises CapabilityError: ``openpyxl_missing`` or ``gdal_missing``.
    """
    file, _ = split_layer(os.fspath(path))
    kind = checked_kind(file)
    if kind in TEXT_TABLES:
        return (LayerInfo(stem_of(file), None, -1),)
    if kind in WORKBOOKS:
        return tuple(LayerInfo(name, None, -1) for name in sheet_names(file))
    _require_gdal()
    if kind == DRAWING:
        from gridmgmt_plugin.exchange.dxf import list_drawing_layers  # noqa: PLC0415  tables are read without GDAL

        return list_drawing_layers(file)
    from gridmgmt_plugin.exchange.vectors import list_vector_layers  # noqa: PLC0415  tables are read without GDAL

    return list_vector_layers(file)


def _require_gdal() -> None:
    try:
        import osgeo.ogr  # noqa: F401, PLC0415  asked for only when a layer is read
    except ImportError as error:
        raise CapabilityError("gdal_missing") from error
