"""One door for every file that comes in: its kind is found, its layer read, its codes looked at for damage."""

from __future__ import annotations

import os

from gridmgmt_plugin.core.errors import CapabilityError
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.exchange.code_damage import with_code_damage
from gridmgmt_plugin.exchange.paths import DRAWING, TEXT_TABLES, WORKBOOKS, checked_kind, split_layer, stem_of
from gridmgmt_plugin.exchange.placeholders import without_placeholders
from gridmgmt_plugin.exchange.source import LayerInfo, Source, with_real_characters
from gridmgmt_plugin.exchange.tables import read_text_table
from gridmgmt_plugin.exchange.workbooks import read_workbook, sheet_names

# What is decoded from these has no halves of characters; a million rows need not be looked through for them.
_WHOLE = ("utf-8", "utf-8-sig", "gb18030")


def read_source(
    path: str | os.PathLike[str],
    layer: str | None = None,
    encoding: str = "auto",
    progress: Progress | None = None,
    *,
    as_written: bool = False,
) -> Source:
    """Return the content of a file: csv/txt (also .gz), xlsx, shapefile, GeoPackage, GeoJSON, DXF, or one in a zip.

    ``path`` may be QGIS's own form ``file.gpkg|layername=x``; ``layer`` names a layer or sheet where there are
    several; ``encoding`` is ``auto`` or a name such as ``GBK``, ``936``, ``UTF-8``. ``as_written`` keeps words for
    nothing (NULL, 无, -), which are ``None`` otherwise: for a file of ours that is compared with what was written.

    :raises InputError: with the reason and what to do: ``file_missing``, ``file_is_folder``, ``file_not_regular``,
        ``file_empty``, ``file_no_permission``, ``file_broken``, ``file_locked``, ``format_unknown``,
        ``workbook_old``, ``drawing_closed``, ``shapefile_part_missing``, ``layer_missing``, ``layer_needed``,
        ``encoding_unknown``, ``encoding_mismatch`` …
    :raises CapabilityError: ``openpyxl_missing`` or ``gdal_missing``.
    """
    file, named_layer = split_layer(os.fspath(path))
    read = _read(file, layer or named_layer, encoding, progress or Progress())
    return with_code_damage(read if as_written else without_placeholders(read))


def _read(file: str, wanted: str | None, encoding: str, silent: Progress) -> Source:
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

    return read_vector(file, wanted, encoding, silent)


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
