"""Text that must fit a shapefile: its encoding, its 254 bytes, and long lists spread over numbered fields."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import shortened
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.package.fields import MEMBER_SEPARATOR, TEXT, FieldSpec

ENCODINGS = {"UTF-8": "utf-8", "GBK": "gbk"}
LONGEST_TEXT_BYTES = 254
LONGEST_NAME_BYTES = 10
_MOST_FIELDS = 250


@dataclass(frozen=True)
class FittedField:
    """A field as a shapefile gets it: its specification with the width in bytes, and its values."""

    spec: FieldSpec
    values: np.ndarray


def check_encoding(encoding: str) -> str:
    """Return the encoding as we call it.

    :raises InputError: ``package_encoding_unknown``.
    """
    known = {name.replace("-", ""): name for name in ENCODINGS}
    name = known.get(encoding.strip().upper().replace("-", "").replace("_", ""))
    if name is None:
        raise InputError("package_encoding_unknown", value=encoding, known=", ".join(ENCODINGS))
    return name


def fit_fields(
    rows: Rows, fields: Sequence[FieldSpec], keys: Sequence[str], layer: str, encoding: str
) -> list[FittedField]:
    """Return the fields of a shapefile, wide enough for every value.

    A list of member codes too long for one field goes on in numbered ones (Members, Members2 …), cut between codes.

    :param keys: what to call each row in an error.
    :raises InputError: ``package_text_not_encodable`` or ``package_text_too_long``, naming layer, row, field and
        value; ``package_too_many_fields``.
    """
    fitted: list[FittedField] = []
    for spec in fields:
        values = rows[spec.column]
        if spec.type != TEXT:
            fitted.append(FittedField(spec, values))
            continue
        sizes = _sizes(values, spec, keys, layer, encoding)
        if spec.column == "members" and sizes.max(initial=0) > LONGEST_TEXT_BYTES:
            fitted += _spread(values, spec, {field.name.lower() for field in fields})
            continue
        too_long = np.flatnonzero(sizes > LONGEST_TEXT_BYTES)
        if len(too_long):
            row = int(too_long[0])
            raise InputError(
                "package_text_too_long",
                layer=layer,
                row=keys[row],
                field=spec.name,
                value=shortened(values[row], 40),
                bytes=int(sizes[row]),
                most=LONGEST_TEXT_BYTES,
            )
        width = min(max(int(sizes.max(initial=1)), spec.width), LONGEST_TEXT_BYTES)
        fitted.append(FittedField(replace(spec, width=width), values))
    if len(fitted) > _MOST_FIELDS:
        raise InputError("package_too_many_fields", layer=layer, count=len(fitted), most=_MOST_FIELDS)
    return fitted


def check_texts(rows: Rows, fields: Sequence[FieldSpec], keys: Sequence[str], layer: str, encoding: str) -> None:
    """Refuse what a shapefile could not hold, before anything is written; see :func:`fit_fields`."""
    fit_fields(rows, fields, keys, layer, encoding)


def _sizes(values: np.ndarray, spec: FieldSpec, keys: Sequence[str], layer: str, encoding: str) -> np.ndarray:
    codec = ENCODINGS[encoding]
    sizes = np.zeros(len(values), dtype=np.int64)
    for row, value in enumerate(values):
        if value is None:
            continue
        try:
            sizes[row] = len(value.encode(codec))
        except UnicodeEncodeError as error:
            raise InputError(
                "package_text_not_encodable",
                layer=layer,
                row=keys[row],
                field=spec.name,
                value=value,
                character=value[error.start : error.end],
                encoding=encoding,
            ) from error
    return sizes


def _spread(values: np.ndarray, spec: FieldSpec, taken: set[str]) -> list[FittedField]:
    pieces = [_pieces(value) for value in values]
    names = _numbered(spec.name, taken)
    fitted = []
    for number in range(max(map(len, pieces))):
        column = as_column(parts[number] if number < len(parts) else None for parts in pieces)
        width = max(len(value) for value in column if value is not None)
        name = next(names) if number else spec.name
        fitted.append(FittedField(replace(spec, name=name, width=max(width, spec.width)), column))
    return fitted


def _numbered(name: str, taken: set[str]) -> Iterator[str]:
    for number in itertools.count(2):
        candidate = f"{name[: LONGEST_NAME_BYTES - len(str(number))]}{number}"
        if candidate.lower() not in taken:
            yield candidate


def _pieces(value: str | None) -> list[str]:
    """Return the codes of a list in pieces of at most 254 bytes, none of them cut."""
    pieces: list[str] = []
    for code in (value or "").split(MEMBER_SEPARATOR):
        joined = f"{pieces[-1]}{MEMBER_SEPARATOR}{code}" if pieces else code
        if pieces and len(joined) <= LONGEST_TEXT_BYTES:
            pieces[-1] = joined
        else:
            pieces.append(code)
    return [piece for piece in pieces if piece]


def joined_fields(columns: Sequence[np.ndarray]) -> np.ndarray:
    """Return numbered fields as the one list that they were spread from."""
    return as_column(MEMBER_SEPARATOR.join(part for part in parts if part) or None for parts in zip(*columns))
