"""All files of a package and the dictionary of their fields, written, and read back one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.package.csv_files import (
    Lines,
    csv_lines,
    workbooks_possible,
    write_csv,
    write_workbook,
)
from gridmgmt_plugin.exchange.package.delivered_coordinates import DEGREE, Delivery
from gridmgmt_plugin.exchange.package.delivered_rows import Delivered
from gridmgmt_plugin.exchange.package.fields import TEXT, FieldSpec, code_list, table_specs
from gridmgmt_plugin.exchange.package.grid_requests import check_requests, write_requests
from gridmgmt_plugin.exchange.package.layer_files import (
    GEOJSON,
    SHP,
    LayerToWrite,
    WrittenLayer,
    write_geopackage,
    write_layer,
)
from gridmgmt_plugin.exchange.package.profile import ReceiverProfile
from gridmgmt_plugin.exchange.package.read_back import check_csv, check_layer, check_workbook
from gridmgmt_plugin.exchange.package.text_fit import check_texts

CHANGES = "changes"
DICTIONARY = "field_dictionary"
_DICTIONARY_COLUMNS = ("layer", "field", "meaning_zh", "meaning_en", "type", "width", "unit", "code_list")


@dataclass(frozen=True)
class PackageFile:
    """One file of a package: its path in it, the layer or table that it holds, how many rows that has; ``None`` for
    both where it explains the others.
    """

    path: str
    layer: str | None
    rows: int | None


@dataclass(frozen=True)
class Style:
    """How a package is written: formats of the layers, encoding of shapefiles, coordinates, the receiver's names, the
    language of headings that people read, and the time that stands in the files.
    """

    formats: tuple[str, ...]
    encoding: str
    delivery: Delivery
    profile: ReceiverProfile
    language: str
    now: datetime


@dataclass(frozen=True)
class Written:
    """The files of a package, the order in which to load its layers and tables, and whether xlsx files are there.

    ``checks``: read one file each and raise where it is not what was to be written.
    """

    files: tuple[PackageFile, ...]
    load_order: tuple[str, ...]
    workbooks: bool
    checks: tuple[Callable[[], None], ...]

    def read_back(self, progress: Progress) -> None:
        """Read every file that was written and compare it with what was to be written.

        :raises WorkspaceError: ``package_not_readable``, ``package_read_back_differs``, ``package_read_back_rows``.
        """
        for done, check in enumerate(self.checks):
            progress.report(done / len(self.checks))
            check()
        progress.report(1.0)


def check_before_writing(layers: Mapping[str, Rows], tables: Mapping[str, Rows], style: Style) -> None:
    """Refuse what cannot be delivered in the formats wanted, before any file is made.

    :raises InputError: ``package_geojson_local_frame``, ``package_text_too_long``, ``package_text_not_encodable``,
        ``package_too_many_fields``.
    """
    delivered = Delivered.of(style.profile, style.encoding, tables)
    for name, rows in (*layers.items(), *tables.items()):
        if style.profile.delivers(name):
            delivered.check(name, rows)
    if style.profile.grid_api is not None:
        check_requests(layers, tables, style.profile.grid_api)
    for layer in layers_to_write(layers, delivered).values():
        if GEOJSON in style.formats and layer.rows.geometry is not None:
            style.delivery.lonlat(layer.rows.geometry[:0])
        if SHP in style.formats:
            check_texts(layer.rows, layer.fields, layer.keys, layer.name, style.encoding)


def layers_to_write(layers: Mapping[str, Rows], delivered: Delivered) -> dict[str, LayerToWrite]:
    """Return the layers that go to the receiver, in its form, by our names."""
    return {name: delivered.layer(name, rows) for name, rows in layers.items() if delivered.profile.delivers(name)}


def write_files(
    folder: Path,
    layers: Mapping[str, Rows],
    tables: Mapping[str, Rows],
    changed: Sequence[LayerToWrite],
    style: Style,
    progress: Progress,
) -> Written:
    """Write layers, tables, the outlines of the changes and the field dictionary; :meth:`Written.read_back` proves
    them.

    :raises InputError: what cannot be written; see :func:`check_before_writing`.
    :raises WorkspaceError: ``package_not_written``.
    """
    files: list[PackageFile] = []
    checks: list[Callable[[], None]] = []
    fields_of: dict[str, tuple[FieldSpec, ...]] = {}
    delivered = Delivered.of(style.profile, style.encoding, tables)
    named = layers_to_write(layers, delivered)
    if style.profile.grid_api is not None:
        path = write_requests(folder, layers, tables, style.profile.grid_api, delivered.codes)
        files.append(PackageFile(path.name, None, None))
    tables = {name: delivered.rows(name, rows) for name, rows in tables.items() if style.profile.delivers(name)}
    steps = len(named) * len(style.formats) + len(tables) + 2
    done = 0
    for name, layer in named.items():
        for format_ in style.formats:
            part = progress.part(done / steps, (done + 1) / steps)
            written = write_layer(layer, folder, format_, style.delivery, style.encoding, style.now, part)
            checks.append(partial(check_layer, layer, written, style.delivery, style.encoding))
            fields_of.setdefault(name, written.fields)
            files += [PackageFile(path.name, name, len(layer.rows)) for path in written.paths]
            done += 1
    files.append(_changed(folder, changed, style, checks))
    all_tables = dict(tables)
    headings = {name: delivered.fields(name) for name in (*tables, DICTIONARY)}
    lines = {name: csv_lines(rows, headings[name]) for name, rows in tables.items()}
    described = {name: (headings[name], cells) for name, cells in lines.items()}
    all_tables[DICTIONARY] = dictionary_rows(fields_of, described, coordinate_unit(style), style.delivery.unit)
    lines[DICTIONARY] = csv_lines(all_tables[DICTIONARY], headings[DICTIONARY])
    workbooks = workbooks_possible()
    for name, rows in all_tables.items():
        files += _written_table(folder, name, rows, lines[name], headings[name], style, checks, workbooks=workbooks)
        done += 1
        progress.report(done / steps)
    progress.report(1.0)
    return Written(tuple(files), style.profile.load_order({*named, *all_tables}), workbooks, tuple(checks))


def _changed(
    folder: Path, changed: Sequence[LayerToWrite], style: Style, checks: list[Callable[[], None]]
) -> PackageFile:
    path = folder / f"{style.profile.file_name(CHANGES)}.gpkg"
    write_geopackage(changed, path, style.delivery, style.now)
    for layer in changed:
        written = WrittenLayer("gpkg", (path,), layer.fields)
        checks.append(partial(check_layer, layer, written, style.delivery, style.encoding))
    return PackageFile(path.name, CHANGES, sum(len(layer.rows) for layer in changed))


def _written_table(
    folder: Path,
    name: str,
    rows: Rows,
    lines: Lines,
    fields: tuple[FieldSpec, ...],
    style: Style,
    checks: list[Callable[[], None]],
    *,
    workbooks: bool,
) -> list[PackageFile]:
    stem, spec = style.profile.file_name(name), table_specs()[name]
    path = folder / f"{stem}.csv"
    write_csv(path, rows, fields, lines)
    checks.append(partial(check_csv, path, rows, fields, lines))
    files = [PackageFile(path.name, name, len(rows))]
    if spec.workbook and workbooks:
        title = spec.label(style.language)
        sheet = folder / f"{stem}.xlsx"
        write_workbook(sheet, title, rows, fields, style.language, style.now, lines)
        checks.append(partial(check_workbook, sheet, rows, fields))
        files.append(PackageFile(sheet.name, name, len(rows)))
    return files


def coordinate_unit(style: Style) -> str:
    """Return the unit of the coordinates that stand in fields of layers; by format where the formats differ."""
    others = [format_ for format_ in style.formats if format_ != GEOJSON]
    if GEOJSON not in style.formats or style.delivery.unit == DEGREE:
        return style.delivery.unit
    return f"{style.delivery.unit} ({', '.join(others)}); {DEGREE} ({GEOJSON})" if others else DEGREE


def dictionary_rows(
    layers: Mapping[str, Sequence[FieldSpec]],
    tables: Mapping[str, tuple[Sequence[FieldSpec], Lines]],
    layer_unit: str,
    table_unit: str,
) -> Rows:
    """Return ``field_dictionary.csv``: one row per field, layers first.

    :param layers: layer name → fields as written (width in bytes); :param tables: table name → fields and
        cells (width = longest text).
    :param layer_unit, table_unit: the unit of coordinates that stand in fields.
    """
    records = [
        _described(name, field, field.width, layer_unit) for name, fields in layers.items() for field in fields
    ]
    for name, (fields, lines) in tables.items():
        for at, field in enumerate(fields):
            width = max((len(line[at]) for line in lines), default=0)
            records.append(_described(name, field, width, table_unit))
    columns = list(zip(*records)) if records else [()] * len(_DICTIONARY_COLUMNS)
    return Rows({name: as_column(values) for name, values in zip(_DICTIONARY_COLUMNS, columns)})


def _described(layer: str, field: FieldSpec, width: int, coordinates: str) -> tuple[object, ...]:
    values = field.received or [(key, words["zh"], words["en"]) for key, words in code_list(field.values)]
    listed = "; ".join(f"{key}={zh}/{en}" for key, zh, en in values)
    shown = width if field.type == TEXT else None
    unit = coordinates if field.is_coordinate else field.unit
    return (layer, field.name, field.zh, field.en, field.type, shown, unit or None, listed or None)
