"""Values of a server as a GeoPackage gives them: dates as ISO text, booleans as 0 and 1, bytes as ``bytes``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg2.extensions

# Object identifiers of PostgreSQL's own types, the same in every database.
_BOOLEAN, _BYTEA, _NUMERIC = (16,), (17,), (1700,)
_MOMENTS = (1082, 1083, 1114, 1184, 1266)  # date, time, timestamp, each of the latter with a zone as well
# The arrays of each.
_ARRAY_OF = {16: 1000, 17: 1001, 1700: 1231, 1082: 1182, 1083: 1183, 1114: 1115, 1184: 1185, 1266: 1270}


def read_as_from_a_file(connection: psycopg2.extensions.connection) -> None:
    """Have a connection read single values and arrays so."""
    from psycopg2.extensions import new_array_type, new_type, register_type  # noqa: PLC0415  only with a connection

    casts = {_MOMENTS: _as_text, _BOOLEAN: _as_flag, _BYTEA: _as_bytes, _NUMERIC: _as_real}
    for numbers, cast in casts.items():
        made = new_type(numbers, cast.__name__, cast)
        arrays = tuple(_ARRAY_OF[number] for number in numbers)
        register_type(made, connection)
        register_type(new_array_type(arrays, f"{cast.__name__}[]", made), connection)


def _as_text(value: str | None, _cursor: Any) -> str | None:
    return value


def _as_flag(value: str | None, _cursor: Any) -> int | None:
    return None if value is None else int(value == "t")


def _as_real(value: str | None, _cursor: Any) -> float | None:
    return None if value is None else float(value)


def _as_bytes(value: str | None, cursor: Any) -> bytes | None:
    from psycopg2 import BINARY  # noqa: PLC0415  only where somebody connects

    return None if value is None else bytes(BINARY(value, cursor))
