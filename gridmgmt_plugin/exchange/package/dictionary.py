"""The field dictionary of a package: what every delivered field means, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.package.csv_files import csv_cell
from gridmgmt_plugin.exchange.package.fields import TEXT, FieldSpec, code_list

_COLUMNS = ("layer", "field", "meaning_zh", "meaning_en", "type", "width", "unit", "code_list")


def dictionary_rows(
    layers: Mapping[str, Sequence[FieldSpec]], tables: Mapping[str, tuple[Sequence[FieldSpec], Rows]]
) -> Rows:
    """Return ``field_dictionary.csv``: one row per field, layers first.

    :param layers: layer name → fields as written (width in bytes); :param tables: table name → fields and rows
        (width = longest text).
    """
    records = [_record(name, field, field.width) for name, fields in layers.items() for field in fields]
    for name, (fields, rows) in tables.items():
        for field in fields:
            width = max((len(csv_cell(value)) for value in rows[field.column]), default=0)
            records.append(_record(name, field, width))
    columns = list(zip(*records)) if records else [()] * len(_COLUMNS)
    return Rows({name: as_column(values) for name, values in zip(_COLUMNS, columns)})


def _record(layer: str, field: FieldSpec, width: int) -> tuple[object, ...]:
    listed = "; ".join(f"{key}={labels['zh']}/{labels['en']}" for key, labels in code_list(field.values))
    shown = width if field.type == TEXT else None
    return (layer, field.name, field.zh, field.en, field.type, shown, field.unit or None, listed or None)
